"""The Jupyter server of Binder: its Voila pages behave as those of ``facecrystal dashboard``."""

from facecrystal_widgets.server.dashboard import IDLE_SECONDS, USELESS_EXTENSIONS
from facecrystal_widgets.server.voila import end_kernels_of_left_pages

end_kernels_of_left_pages()  # which frees their memory

c = get_config()  # noqa: F821  what Jupyter hands to this file
c.VoilaConfiguration.theme = "light"
c.VoilaConfiguration.strip_sources = True
c.VoilaConfiguration.extension_denylist = [
    *USELESS_EXTENSIONS,
    *("@jupyter-server/resource-usage", "jupyter-offlinenotebook"),  # Binder's own, for JupyterLab
]
c.MappingKernelManager.cull_idle_timeout = IDLE_SECONDS
c.MappingKernelManager.cull_interval = 60
c.MappingKernelManager.cull_connected = False
