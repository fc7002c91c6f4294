// Title line. Commands go to the kernel. Comes behind theme.js, which applies the theme.

const ICONS = { undo: "↶", redo: "↷", reset: "⟲", theme: "◐", code: "</>" };

function button(name, words, onclick) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `fcw-command fcw-command-${name}`;
  made.textContent = ICONS[name];
  made.title = words;
  made.setAttribute("aria-label", words);
  made.addEventListener("click", onclick);
  return made;
}

function render({ model, el }) {
  el.classList.add("fcw-header-bar");
  const name = document.createElement("h1");
  name.textContent = "The face of crystals";
  const claim = document.createElement("span");
  claim.className = "fcw-claim";
  claim.textContent = "crystal symmetry, read from a diffraction image";
  const commands = document.createElement("div");
  commands.className = "fcw-commands";
  const code = document.createElement("pre");
  code.className = "fcw-code";
  code.tabIndex = 0;
  code.hidden = true;

  const send = (command) => () => model.send({ do: command });
  const undo = button("undo", "Undo", send("undo"));
  const redo = button("redo", "Redo", send("redo"));
  const reset = button("reset", "Reset to the first structure", send("reset"));
  const theme = button("theme", "Light or dark", () => {
    model.set("theme", isDark(model.get("theme")) ? "light" : "dark");
    model.save_changes();
  });
  const python = button("code", "Show this as Python", () => {
    model.send({ do: code.hidden ? "code" : "hide" });
  });
  commands.append(undo, redo, reset, python, theme);
  el.append(name, claim, commands, code);

  const enable = () => {
    undo.disabled = !model.get("can_undo");
    redo.disabled = !model.get("can_redo");
  };
  const showCode = () => {
    code.textContent = model.get("code");
    code.hidden = !code.textContent;
    python.setAttribute("aria-expanded", !code.hidden);
  };
  model.on("change:can_undo change:can_redo", enable);
  model.on("change:code", showCode);
  const endTheme = followTheme(() => model.get("theme"), (act) => model.on("change:theme", act));
  enable();
  showCode();
  describe(el);
  model.send({ do: "alive" });
  return () => {
    endTheme();
    model.off("change:can_undo change:can_redo", enable);
    model.off("change:code", showCode);
    model.off("change:theme");
  };
}

export default { render };
