// Built by js/build.js from js/src; change it there.
async (view, scene) => {

// src/views/viewer.ts
function paintBackground({ stage, el }) {
  const colour = getComputedStyle(el).getPropertyValue("--fcw-viewer").trim();
  stage.setParameters({ backgroundColor: colour || "#ffffff" });
}
function fit(view2) {
  const { width, height } = view2.el.getBoundingClientRect();
  if (width > 0) view2.setSize(`${width}px`, `${height}px`);
  return width > 0;
}
function setUp(view2) {
  view2.fcwReady = true;
  view2.stage.setParameters({
    cameraType: "orthographic",
    tooltip: false,
    clipDist: 0,
    fogNear: 70,
    fogFar: 160
  });
  const paint = () => paintBackground(view2);
  document.addEventListener("fcw-theme", paint);
  view2.once("remove", () => document.removeEventListener("fcw-theme", paint));
  new ResizeObserver(() => fit(view2)).observe(view2.el);
}
function whenShown(view2) {
  return new Promise((shown) => {
    new ResizeObserver((_, observer) => {
      if (!fit(view2)) return;
      observer.disconnect();
      shown();
    }).observe(view2.el);
  });
}
function load(stage, { components }) {
  const parameters = { ext: "pdb", defaultRepresentation: false };
  const files = components.map(({ pdb }) => new Blob([pdb], { type: "text/plain" }));
  return Promise.all(files.map((file) => stage.loadFile(file, parameters)));
}
function exchange(stage, loaded, { components }) {
  const old = stage.compList.filter((component) => !loaded.includes(component));
  for (const component of old) stage.removeComponent(component);
  stage.compList.sort((a, b) => loaded.indexOf(a) - loaded.indexOf(b));
  for (const [i, component] of loaded.entries()) {
    const { colour, radius, opacity } = components[i];
    component.addRepresentation("spacefill", {
      color: colour,
      opacity,
      radiusType: "size",
      radiusSize: radius,
      sphereDetail: 2,
      depthWrite: opacity === 1
    });
    component.setVisibility(i < loaded.length - 2);
  }
}
var lengthOf = ([x, y, z]) => Math.hypot(x, y, z);
function orient(stage, lattice, { rotation, zoom }, first) {
  const before = stage.viewerControls.getOrientation().elements;
  lattice.autoView(0);
  const { elements } = stage.viewerControls.getOrientation();
  const size = lengthOf(elements) * zoom;
  const old = lengthOf(before);
  for (let column = 0; column < 3; column++) {
    for (let row = 0; row < 3; row++) {
      const turn = first ? rotation[row][column] : before[4 * column + row] / old;
      elements[4 * column + row] = turn * size;
    }
  }
  stage.viewerControls.orient(elements);
}
async function draw(view2, scene2) {
  const { stage } = view2;
  view2.fcwScene = scene2;
  const isStale = () => view2.fcwScene !== scene2;
  if (!view2.fcwReady) setUp(view2);
  paintBackground(view2);
  if (!fit(view2)) await whenShown(view2);
  if (isStale()) return;
  const first = stage.compList.length === 0;
  const loaded = await load(stage, scene2);
  if (isStale()) {
    for (const component of loaded) stage.removeComponent(component);
    return;
  }
  exchange(stage, loaded, scene2);
  view2.addShape("axes", scene2.shapes);
  orient(stage, loaded[0], scene2, first);
  stage.viewer.requestRender();
  view2.send({ type: "fcw_scene", version: scene2.version });
}
await draw(view, scene);
}
