// All that the page knows of Jupyter: JupyterLab, Voila, ipywidgets, and the kernel behind them.

interface Signal<Status> {
  connect(slot: (sender: unknown, status: Status) => void): void;
  disconnect(slot: (sender: unknown, status: Status) => void): void;
}

interface Kernel {
  id: string;
  serverSettings: { baseUrl: string };
  statusChanged: Signal<string>;
  connectionStatusChanged: Signal<string>;
}

const ENDED = ["dead", "terminating", "restarting", "autorestarting"];
const UNANSWERED = 3000; // milliseconds after which the server is asked whether there is a kernel
const DISCONNECTED = 5000; // milliseconds; a shorter break is mended unseen
const ACTS = ["pointerdown", "keydown", "visibilitychange"]; // of somebody who is there

/** Whether Voila serves this page, so that the address and the kernel belong to it alone. */
export const isPageOfItsOwn = (): boolean => "voila" in document.body.dataset;

/**
 * Watch the kernel of a page of its own; JupyterLab does so itself. Calls lost(true) when the kernel
 * has ended or cannot be reached, and lost(false) when a broken connection is back. A new kernel in
 * place of the old one knows nothing of the page. Returns how to end it.
 */
export function followKernel(model: object, lost: (gone: boolean) => void): () => void {
  if (!isPageOfItsOwn()) return () => {};
  const { kernel } = (model as { widget_manager: { kernel: Kernel } }).widget_manager;
  const watch = new KernelWatch(kernel, lost);
  return () => watch.end();
}

class KernelWatch {
  private ended = false;
  private heard = 0;
  private asking: number | undefined;
  private breaking: number | undefined;

  constructor(
    private readonly kernel: Kernel,
    private readonly lost: (gone: boolean) => void,
  ) {
    kernel.statusChanged.connect(this.onStatus);
    kernel.connectionStatusChanged.connect(this.onConnection);
    for (const act of ACTS) document.addEventListener(act, this.ask, { passive: true });
  }

  private readonly onStatus = (_: unknown, status: string) => {
    this.heard = Date.now();
    if (!this.ended && ENDED.includes(status)) this.giveUp();
  };

  private readonly onConnection = (_: unknown, status: string) => {
    clearTimeout(this.breaking);
    if (status === "connected") this.lost(this.ended);
    else this.breaking = window.setTimeout(this.lost, DISCONNECTED, true);
  };

  // A server that ends an idle kernel leaves the connection open. It is asked only when somebody is
  // there and the kernel does not answer: to ask regularly would keep an idle server from ending.
  private readonly ask = () => {
    if (this.asking || this.ended) return;
    this.asking = window.setTimeout(async () => {
      this.asking = undefined;
      if (Date.now() - this.heard < UNANSWERED) return;
      const address = `${this.kernel.serverSettings.baseUrl}api/kernels/${this.kernel.id}`;
      const answer = await fetch(address).catch(() => null); // a broken connection is seen above
      if (answer?.status === 404) this.giveUp();
    }, UNANSWERED);
  };

  private giveUp(): void {
    this.ended = true;
    this.lost(true);
  }

  end(): void {
    clearTimeout(this.asking);
    clearTimeout(this.breaking);
    this.kernel.statusChanged.disconnect(this.onStatus);
    this.kernel.connectionStatusChanged.disconnect(this.onConnection);
    for (const act of ACTS) document.removeEventListener(act, this.ask);
  }
}

/** The theme of JupyterLab or Voila; "auto" where neither says. */
export function hostTheme(): "auto" | "light" | "dark" {
  const light = document.body.dataset.jpThemeLight;
  if (light === undefined) return "auto";
  return light === "false" ? "dark" : "light";
}

/** Call back when JupyterLab changes its theme; returns how to end it. */
export function followHostTheme(callback: () => void): () => void {
  const observer = new MutationObserver(callback);
  observer.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
  return () => observer.disconnect();
}

function nameSlider(slider: Element): void {
  const label = slider.querySelector(".widget-label")?.textContent;
  if (label) slider.querySelector(".noUi-handle")?.setAttribute("aria-label", label);
}

const ROLES = [
  [".fcw-verdict", "log"],
  [".fcw-status", "status"],
] as const;

/**
 * For screen readers: what changes by itself is announced, and sliders have names. Python cannot set
 * these attributes, and the views of ipywidgets come after ours, so this looks again while the page
 * is being built. `el` stands on the page, or in the panel, that is described.
 */
export function describeControls(el: Element): void {
  const look = () => {
    const root = el.closest(".fcw");
    if (!root) return;
    for (const [hook, role] of ROLES) {
      for (const line of root.querySelectorAll(hook)) line.setAttribute("role", role);
    }
    for (const slider of root.querySelectorAll(".widget-slider")) nameSlider(slider);
  };
  for (const wait of [300, 1000, 3000, 8000]) setTimeout(look, wait);
}
