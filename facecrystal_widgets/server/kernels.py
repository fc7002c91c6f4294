"""This Python as the kernel of every notebook."""

from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpec, KernelSpecManager


class CurrentPythonKernels(KernelSpecManager):
    """Its ``python3`` is the Python that runs this program, whatever kernels are installed."""

    def find_kernel_specs(self) -> dict[str, str]:
        return {**super().find_kernel_specs(), NATIVE_KERNEL_NAME: RESOURCES}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        if kernel_name != NATIVE_KERNEL_NAME:
            return super().get_kernel_spec(kernel_name)
        return KernelSpec(
            resource_dir=RESOURCES,
            interrupt_mode="message",  # a signal would end in a traceback while a kernel starts
            **get_kernel_dict(["--log-level=ERROR"]),  # no warning about encryption for each kernel
        )


KERNELS = f"{__name__}.{CurrentPythonKernels.__name__}"
"""As Voila and JupyterLab take it."""
