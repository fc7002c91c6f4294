// What the network sees: the image with a map laid over it, filters, templates, reflections.

import { floats, redrawer } from "../../shared/canvas.ts";
import { choice } from "../../shared/choice.ts";
import { element } from "../../shared/elements.ts";
import { Bindings, type Context, type Model, reportVisible } from "../../shared/model.ts";
import { unbroken } from "../../shared/numbers.ts";
import { FilterMaps, Templates } from "./multiples.ts";
import { type Choices, SIDE, section, type Traits } from "./parts.ts";
import { Picture } from "./picture.ts";
import { showReflections } from "./reflections.ts";

/** Buttons for one choice; under them its explanation, or in each of them. */
function explainedChoice(
  parent: Element,
  model: Model<Traits>,
  bindings: Bindings<Traits>,
  name: Choices,
  label: string,
  below = true,
): void {
  const options = model.get("choices")[name];
  const { box, buttons } = choice(parent, model, bindings, {
    name,
    label,
    prefix: "fcw-att",
    hook: `fcw-att-${name}`,
    options: Object.entries(options).map(([value, [text, title]]) => ({ value, text, title })),
  });
  const idle = () => name !== "show" && model.get("show") === "classes";
  bindings.follow(() => {
    for (const node of buttons) node.disabled = idle();
  }, "show");
  if (below) {
    const line = element("p", "fcw-att-explained", box);
    bindings.follow(() => {
      line.textContent = options[model.get(name)][1];
    }, name);
    return;
  }
  const lines = buttons.map((node) => element("small", "", node));
  bindings.follow(() => {
    const explained = Object.values(model.get("choices")[name]);
    for (const [i, line] of lines.entries()) line.textContent = explained[i][1] || "\u00a0";
  }, "choices"); // the network may have changed
}

function render({ model, el }: Context<Traits>): () => void {
  el.classList.add("fcw-att");
  const bindings = new Bindings(model);
  const body = element("div", "fcw-att-body", el);
  const head = element("div", "fcw-att-head", body);
  explainedChoice(head, model, bindings, "show", "show");
  explainedChoice(head, model, bindings, "layer", "layer", false);
  const summary = element("p", "fcw-att-say", body);
  summary.setAttribute("aria-live", "polite");
  bindings.follow(() => {
    summary.textContent = unbroken(model.get("text"));
  }, "text");

  const left = element("div", "fcw-att-column fcw-att-left", body);
  const right = element("div", "fcw-att-column fcw-att-right", body);
  const picture = new Picture(left, model, bindings);
  const filters = new FilterMaps(right, model);
  showReflections(right, model, bindings, picture);
  const templates = new Templates(right, model);
  bindings.follow(() => templates.draw(), "similarity", "templates");
  const variants = section(
    left,
    "variants",
    "variants",
    "how the response is traced back to the image",
  );
  explainedChoice(variants.node, model, bindings, "start", "start");
  explainedChoice(variants.node, model, bindings, "unpooling", "undoing the pooling");
  const trust = element("p", "fcw-limits fcw-att-trust", body);
  bindings.follow(() => {
    trust.textContent = model.get("faithfulness");
  }, "faithfulness");

  const draw = () => {
    const image = floats(model.get("image"));
    const waiting = image.length !== SIDE * SIDE;
    el.classList.toggle("fcw-att-waiting", waiting);
    picture.drawKey();
    filters.drawHeading();
    if (waiting) return;
    picture.draw(image);
    filters.draw();
  };
  const redraw = redrawer(draw); // the traits of one message change one by one
  bindings.follow(redraw, "image", "total", "strongest", "maps", "captions");
  draw();
  bindings.add(redraw.end, reportVisible(model, el));
  return bindings.release;
}

export default { render };
