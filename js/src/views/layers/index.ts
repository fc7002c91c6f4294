// The walk through the network: a drawing of it, and the numbers of the layer that is chosen.

import { bytes, redrawer } from "../../shared/canvas.ts";
import { element } from "../../shared/elements.ts";
import { assign, Bindings, type Context, reportVisible } from "../../shared/model.ts";
import { drawNetwork, IMAGE_SIDE, paintShades } from "./drawing.ts";
import { MapSection } from "./maps.ts";
import { DenseSection, SoftmaxSection } from "./sections.ts";
import type { ShownDense, ShownMaps, ShownSoftmax, Traits, Wish } from "./traits.ts";

function render({ model, el }: Context<Traits>): () => void {
  el.classList.add("fcw-walk-view");
  const bindings = new Bindings(model);
  const wish: Wish = (wishes) => assign(model, wishes);
  const inner = element("div", "fcw-walk-inner", el);
  const drawing = element("div", "", inner);
  const open = (layer: string) => wish({ layer, filter: null, position: null });
  const draws = () => drawNetwork(drawing, model.get("network"), model.get("classes"), open);
  let network = draws();
  const explanation = element("p", "fcw-walk-about", inner);
  const waiting = element("p", "fcw-walk-waiting", inner, "looking …");
  const maps = new MapSection(inner, model, wish);
  const dense = new DenseSection(inner, model);
  const softmax = new SoftmaxSection(inner, model);

  const draw = () => {
    const shown = model.get("shown");
    const { layer } = shown;
    network.mark(model.get("layer"));
    waiting.hidden = Boolean(layer);
    maps.node.hidden = !layer || layer === "dense" || layer === "softmax";
    dense.node.hidden = layer !== "dense";
    softmax.node.hidden = layer !== "softmax";
    if (!layer) return;
    explanation.replaceChildren();
    element("b", "", explanation, `${layer}. `);
    explanation.append(shown.words);
    paintShades(network.image, bytes(model.get("image")), IMAGE_SIDE);
    if (layer === "dense") dense.draw(shown as ShownDense);
    else if (layer === "softmax") softmax.draw(shown as ShownSoftmax);
    else maps.draw(shown as ShownMaps);
  };
  const redraw = redrawer(draw);
  bindings.on("change:shown change:maps change:layer change:order", redraw);
  bindings.on("change:network", () => {
    drawing.replaceChildren(); // another network may have other filters
    network = draws();
    redraw();
  });
  draw();
  bindings.add(redraw.end, reportVisible(model, el));
  return bindings.release;
}

export default { render };
