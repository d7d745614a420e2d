/** What NiiVue does for the page of a scan; this module is loaded with it, and only where a scan is drawn. */
import { Niivue, NVImage, NVMesh, MULTIPLANAR_TYPE, SHOW_RENDER, SLICE_TYPE } from "@niivue/niivue";
import { turned, type Line, type Point, type Window } from "./types";

const OFFLINE = { logLevel: "error", loadingText: "", dragAndDropEnabled: false, clipPlaneHotKey: "", cycleClipPlaneHotKey: "", viewModeHotKey: "", isAntiAlias: false } as const;
const MASK = { R: [0, 255, 255, 0], G: [0, 140, 220, 170], B: [0, 0, 60, 255], A: [0, 255, 130, 200], I: [0, 1, 2, 3], labels: ["", "mineral", "envelope", "fluid"] };
const MINERAL = [255, 140, 0, 255], BONE = [225, 220, 205, 255], FLUID = [0, 170, 255, 255], LINE = [255, 235, 60, 255];

export interface Drawn {
  show(window: Window): void;
  goTo(point: Point): void;
  overlay(kind: "mask" | "labels", content: ArrayBuffer | null): Promise<void>;
  mark(seeds: Point[], bone: Point[], lines: Line[]): void;
  paint(is_on: boolean, value: number, size: number): void;
  clearPaint(): void;
  painted(): Promise<Uint8Array | null>;
  close(): void;
}

/** Three planes of a volume; `tell` is called with the place of the crosshair and its Hounsfield units. */
export async function planes(canvas: HTMLCanvasElement, volume: ArrayBuffer, window: Window, tell: (point: Point, hounsfield: number) => void): Promise<Drawn> {
  const nv = new Niivue({ ...OFFLINE, isRadiologicalConvention: true, multiplanarShowRender: SHOW_RENDER.NEVER, multiplanarLayout: MULTIPLANAR_TYPE.AUTO, sliceType: SLICE_TYPE.MULTIPLANAR, backColor: [0, 0, 0, 1], crosshairColor: [0.35, 0.75, 1, 0.9], multiplanarPadPixels: 8, crosshairWidthUnit: "mm", crosshairGap: 6, showAllOrientationMarkers: true, sagittalNoseLeft: true, fontColor: new Float32Array([1, 1, 1, 1]), scrollRequiresFocus: true, isNearestInterpolation: false, drawingEnabled: false });
  nv.onLocationChange = (told) => {
    const { mm, values } = told as { mm: ArrayLike<number>; values: { value: number }[] };
    tell(turned(Array.from(mm).slice(0, 3)), values[0]?.value ?? 0);
  };
  await nv.attachToCanvas(canvas);
  const image = await NVImage.loadFromUrl({ url: volume, name: "volume.nii.gz", colormap: "gray", cal_min: window.level - window.width / 2, cal_max: window.level + window.width / 2 });
  const longest = Math.max(...[1, 2, 3].map((axis) => (image.hdr?.dims[axis] ?? 0) * (image.hdr?.pixDims[axis] ?? 0)));
  nv.opts.crosshairWidth = (1.6 * longest) / Math.min(canvas.clientHeight, canvas.clientWidth / 2); // mm of a pixel or two, in the smallest layout
  nv.addVolume(image);
  const over = new Map<string, NVImage>();
  let marks: NVMesh | null = null;
  return {
    show(now) { image.cal_min = now.level - now.width / 2; image.cal_max = now.level + now.width / 2; nv.updateGLVolume(); },
    goTo(point) { nv.scene.crosshairPos = nv.mm2frac(turned(point)); nv.drawScene(); nv.createOnLocationChange(); },
    async overlay(kind, content) {
      const old = over.get(kind);
      if (old) { nv.removeVolume(old); over.delete(kind); }
      if (!content) return;
      const added = await NVImage.loadFromUrl({ url: content, name: `${kind}.nii.gz`, opacity: kind === "mask" ? 0.6 : 0.35, colormap: "random" });
      if (kind === "mask") added.setColormapLabel(MASK);
      over.set(kind, added);
      nv.addVolume(added);
    },
    mark(seeds, bone, lines) {
      if (marks) nv.removeMesh(marks);
      marks = null;
      const nodes: { name: string; x: number; y: number; z: number; colorValue: number; sizeValue: number }[] = [];
      const edges: { first: number; second: number; colorValue: number }[] = [];
      const put = (point: Point, colorValue: number) => { const [x, y, z] = turned(point); nodes.push({ name: "", x, y, z, colorValue, sizeValue: 1 }); };
      for (const seed of seeds) put(seed, 4);
      for (const seed of bone) put(seed, 1);
      for (const line of lines) for (const [i, point] of line.points.entries()) { put(point, 2.5); if (i) edges.push({ first: nodes.length - 2, second: nodes.length - 1, colorValue: 3 }); }
      if (nodes.length) {
        marks = nv.loadConnectomeAsMesh({ name: "marks", nodeColormap: "plasma", nodeColormapNegative: "plasma", nodeMinColor: 0, nodeMaxColor: 4, nodeScale: 3, edgeColormap: "plasma", edgeColormapNegative: "plasma", edgeMin: 0, edgeMax: 6, edgeScale: 1, legendLineThickness: 0, showLegend: false, nodes, edges } as never) as unknown as NVMesh;
        nv.addMesh(marks);
      }
      nv.drawScene();
    },
    paint(is_on, value, size) {
      if (is_on && !nv.drawBitmap) nv.setDrawingEnabled(true);
      nv.opts.drawingEnabled = is_on; // setDrawingEnabled(false) would throw the drawing away
      nv.opts.penSize = size;
      nv.setPenValue(value, false);
    },
    clearPaint() { nv.closeDrawing(); nv.drawScene(); },
    async painted() { const saved = nv.drawBitmap?.some((each) => each > 0) ? await nv.saveImage({ filename: "", isSaveDrawing: true, volumeByIndex: 0 }) : null; return saved instanceof Uint8Array ? saved : null; },
    close() { shut(nv); },
  };
}

/** Surfaces in space: what NiiVue draws fast even without a graphics card. */
export async function surfaces(canvas: HTMLCanvasElement, named: { name: string; content: ArrayBuffer }[]): Promise<() => void> {
  const nv = new Niivue({ ...OFFLINE, sliceType: SLICE_TYPE.RENDER, show3Dcrosshair: false, backColor: [0, 0, 0, 1], isOrientCube: true });
  await nv.attachToCanvas(canvas);
  for (const { name, content } of named) {
    const colour = name === "bone" ? BONE : name.endsWith("fluid") ? FLUID : name.startsWith("line") ? LINE : MINERAL;
    nv.addMesh(await NVMesh.readMesh(content, `${name}.mz3`, nv.gl, 1, new Uint8Array(colour)));
  }
  nv.setRenderAzimuthElevation(150, 10);
  return () => shut(nv);
}

function shut(nv: Niivue) {
  nv.cleanup();
  nv.gl.getExtension("WEBGL_lose_context")?.loseContext();
}
