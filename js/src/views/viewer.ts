// Runs inside nglview's view (see viewer.py): builds the scene in NGL's stage in one go. Components
// are numbered as in `scene.components`, so set_coordinates reaches them. build.js makes one function
// of `view` and `scene` of this file.

interface Component {
  addRepresentation(kind: string, parameters: object): void;
  setVisibility(on: boolean): void;
  autoView(milliseconds: number): void;
}

interface Stage {
  compList: Component[];
  setParameters(parameters: object): void;
  loadFile(file: Blob, parameters: object): Promise<Component>;
  removeComponent(component: Component): void;
  viewerControls: { getOrientation(): { elements: number[] }; orient(elements: number[]): void };
  viewer: { requestRender(): void };
}

interface View {
  stage: Stage;
  el: HTMLElement;
  /** The scene that was asked for last. */
  fcwScene?: Scene;
  /** Whether the stage was set up. */
  fcwReady?: boolean;
  setSize(width: string, height: string): void;
  once(event: string, callback: () => void): void;
  addShape(name: string, shapes: unknown[]): void;
  send(message: object): void;
}

interface Scene {
  version: number;
  components: { pdb: string; colour: string; radius: number; opacity: number }[];
  shapes: unknown[];
  rotation: number[][];
  zoom: number;
}

declare const view: View;
declare const scene: Scene;

function paintBackground({ stage, el }: View): void {
  const colour = getComputedStyle(el).getPropertyValue("--fcw-viewer").trim();
  stage.setParameters({ backgroundColor: colour || "#ffffff" });
}

/** Give the stage the size of its box; false while that has none. */
function fit(view: View): boolean {
  const { width, height } = view.el.getBoundingClientRect();
  if (width > 0) view.setSize(`${width}px`, `${height}px`);
  return width > 0;
}

function setUp(view: View): void {
  view.fcwReady = true;
  view.stage.setParameters({
    cameraType: "orthographic",
    tooltip: false,
    clipDist: 0,
    fogNear: 70,
    fogFar: 160,
  });
  const paint = () => paintBackground(view);
  document.addEventListener("fcw-theme", paint);
  view.once("remove", () => document.removeEventListener("fcw-theme", paint));
  new ResizeObserver(() => fit(view)).observe(view.el);
}

/** A cell of JupyterLab that is not in sight has no size to fit the crystal into. */
function whenShown(view: View): Promise<void> {
  return new Promise((shown) => {
    new ResizeObserver((_, observer) => {
      if (!fit(view)) return;
      observer.disconnect();
      shown();
    }).observe(view.el);
  });
}

function load(stage: Stage, { components }: Scene): Promise<Component[]> {
  const parameters = { ext: "pdb", defaultRepresentation: false };
  const files = components.map(({ pdb }) => new Blob([pdb], { type: "text/plain" }));
  return Promise.all(files.map((file) => stage.loadFile(file, parameters)));
}

/** Put the new components in the place of the old ones, in their order. */
function exchange(stage: Stage, loaded: Component[], { components }: Scene): void {
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
      depthWrite: opacity === 1,
    });
    component.setVisibility(i < loaded.length - 2); // the substitutes wait for their coordinates
  }
}

const lengthOf = ([x, y, z]: number[]): number => Math.hypot(x, y, z);

/** Fit the lattice, in the scene's first orientation or the one that the person gave it. */
function orient(stage: Stage, lattice: Component, { rotation, zoom }: Scene, first: boolean): void {
  const before = stage.viewerControls.getOrientation().elements; // rotation times scale, by columns
  lattice.autoView(0); // the lattice alone, so that the arrows do not shrink it
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

async function draw(view: View, scene: Scene): Promise<void> {
  const { stage } = view;
  view.fcwScene = scene; // another may arrive while files load, be it of the same version
  const isStale = () => view.fcwScene !== scene;
  if (!view.fcwReady) setUp(view);
  paintBackground(view);
  if (!fit(view)) await whenShown(view);
  if (isStale()) return;
  const first = stage.compList.length === 0;
  const loaded = await load(stage, scene);
  if (isStale()) {
    for (const component of loaded) stage.removeComponent(component);
    return;
  }
  exchange(stage, loaded, scene);
  view.addShape("axes", scene.shapes);
  orient(stage, loaded[0], scene, first);
  stage.viewer.requestRender();
  view.send({ type: "fcw_scene", version: scene.version });
}

await draw(view, scene);

export {}; // the names of a file that is no module would be global
