// Tells whether the kernel that computes a page of our own is lost. JupyterLab does so itself.

const ENDED = ["dead", "terminating", "restarting", "autorestarting"];
const UNANSWERED = 3000; // milliseconds after which the server is asked whether there is a kernel
const DISCONNECTED = 5000; // milliseconds; a shorter break is mended unseen

// Calls lost(true) when the kernel has ended or cannot be reached, and lost(false) when a broken
// connection is back. A new kernel in place of the old one knows nothing of the page.
function followKernel(kernel, lost) {
  const address = `${kernel.serverSettings.baseUrl}api/kernels/${kernel.id}`;
  let ended = false;
  let heard = 0;
  let [asking, breaking] = [null, null];
  const end = () => {
    ended = true;
    lost(true);
  };
  const status = (_, now) => {
    heard = Date.now();
    if (!ended && ENDED.includes(now)) end();
  };
  const connection = (_, now) => {
    clearTimeout(breaking);
    if (now === "connected") lost(ended);
    else breaking = setTimeout(lost, DISCONNECTED, true);
  };
  // A server that ends an idle kernel leaves the connection open. It is asked only when somebody is
  // there and the kernel does not answer: to ask regularly would keep an idle server from ending.
  const ask = () => {
    if (asking || ended) return;
    asking = setTimeout(async () => {
      asking = null;
      if (Date.now() - heard < UNANSWERED) return;
      const answer = await fetch(address).catch(() => null); // a broken connection is seen above
      if (answer?.status === 404) end();
    }, UNANSWERED);
  };
  const deeds = ["pointerdown", "keydown", "visibilitychange"];
  kernel.statusChanged.connect(status);
  kernel.connectionStatusChanged.connect(connection);
  deeds.forEach((deed) => document.addEventListener(deed, ask, { passive: true }));
  return () => {
    clearTimeout(asking);
    clearTimeout(breaking);
    kernel.statusChanged.disconnect(status);
    kernel.connectionStatusChanged.disconnect(connection);
    deeds.forEach((deed) => document.removeEventListener(deed, ask));
  };
}

