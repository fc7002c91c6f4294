// Runs inside nglview's view (see viewer.py): builds the scene in NGL's stage in one go.
// Components are numbered as in `scene.components`, so set_coordinates finds them.
(async (view, scene) => {
  const { stage } = view;
  view.fcwScene = scene; // another may arrive while files load, be it of the same version
  const stale = () => view.fcwScene !== scene;

  const background = () => {
    const colour = getComputedStyle(view.el).getPropertyValue("--fcw-viewer").trim();
    stage.setParameters({ backgroundColor: colour || "#ffffff" });
  };
  const fit = () => {
    const box = view.el.getBoundingClientRect();
    if (box.width > 0) view.setSize(`${box.width}px`, `${box.height}px`);
    return box.width > 0;
  };
  if (!view.fcwReady) {
    view.fcwReady = true;
    stage.setParameters({
      cameraType: "orthographic", tooltip: false, clipDist: 0, fogNear: 70, fogFar: 160,
    });
    document.addEventListener("fcw-theme", background);
    view.once("remove", () => document.removeEventListener("fcw-theme", background));
    new ResizeObserver(fit).observe(view.el);
  }
  background();
  if (!fit()) { // a cell of JupyterLab that is not in sight has no size to fit the crystal into
    await new Promise((shown) => {
      new ResizeObserver((_, observer) => {
        if (!fit()) return;
        observer.disconnect();
        shown();
      }).observe(view.el);
    });
    if (stale()) return;
  }

  const first = stage.compList.length === 0;
  const made = await Promise.all(scene.components.map(({ pdb }) =>
    stage.loadFile(new Blob([pdb], { type: "text/plain" }), { ext: "pdb", defaultRepresentation: false })));
  if (stale()) return made.forEach((component) => stage.removeComponent(component));
  stage.compList.filter((component) => !made.includes(component))
    .forEach((component) => stage.removeComponent(component));
  stage.compList.sort((a, b) => made.indexOf(a) - made.indexOf(b));
  made.forEach((component, i) => {
    const { colour, radius, opacity } = scene.components[i];
    component.addRepresentation("spacefill", {
      color: colour, opacity, radiusType: "size", radiusSize: radius, sphereDetail: 2,
      depthWrite: opacity === 1,
    });
    component.setVisibility(i < made.length - 2); // the substitutes wait for their coordinates
  });
  view.addShape("axes", scene.shapes);
  const before = stage.viewerControls.getOrientation().elements; // rotation times scale, by columns
  made[0].autoView(0); // the lattice alone, so that the arrows do not shrink it
  const { elements } = stage.viewerControls.getOrientation();
  const size = Math.hypot(elements[0], elements[1], elements[2]) * scene.zoom;
  const old = Math.hypot(before[0], before[1], before[2]);
  for (let column = 0; column < 3; column++) {
    for (let row = 0; row < 3; row++) {
      const turn = first ? scene.rotation[row][column] : before[4 * column + row] / old;
      elements[4 * column + row] = turn * size;
    }
  }
  stage.viewerControls.orient(elements);
  stage.viewer.requestRender();
  view.send({ type: "fcw_scene", version: scene.version });
})
