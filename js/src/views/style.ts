// The style sheet and the theme of a panel that stands alone; shows nothing.

import { describeControls } from "../shared/kernel.ts";
import type { Context } from "../shared/model.ts";
import { followTheme } from "../shared/theme.ts";

function render({ el }: Context<object>): () => void {
  el.style.display = "none";
  describeControls(el);
  return followTheme(() => "auto");
}

export default { render };
