// Lets plotly's figure fill its panel; shows nothing. plotly measures itself before it is on the page,
// and after that listens to the window alone.

import { Bindings, type Context } from "../shared/model.ts";
import { panelOf } from "../shared/page.ts";

const PANEL = ".fcw-probabilities";
const DRAWN = ".js-plotly-plot .main-svg";

function render({ model, el }: Context<object>): () => void {
  el.style.display = "none";
  const bindings = new Bindings(model);
  const fit = () => window.dispatchEvent(new Event("resize"));
  const arrival = new MutationObserver(() => {
    if (!panelOf(el, PANEL)?.querySelector(DRAWN)) return;
    arrival.disconnect();
    fit();
  });
  requestAnimationFrame(() => {
    const panel = panelOf(el, PANEL);
    if (!panel) return;
    bindings.resized(panel, fit);
    arrival.observe(panel, { childList: true, subtree: true });
  });
  bindings.add(() => arrival.disconnect());
  return bindings.release;
}

export default { render };
