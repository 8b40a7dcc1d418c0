import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';

import { MIME_TYPE, rendererFactory, StoryRenderer } from '../../src/jupyter/mime';
import { LiveModels } from '../../src/jupyter/models';
import { packStory } from '../../src/story/carrier';
import { writeStory } from '../../src/story/file';
import { exactStory } from '../story/example';

const story = packStory(writeStory(exactStory('golden-tiny/cat')));
const output = (data: object): IRenderMime.IMimeModel => ({
  trusted: false,
  metadata: {},
  data: { [MIME_TYPE]: { version: 1, widget: null, story, view: {}, omitted: [], ...data } },
  setData: () => undefined
});

describe('StoryRenderer', () => {
  let renderer: StoryRenderer;
  beforeEach(() => {
    renderer = new StoryRenderer(new LiveModels());
    Widget.attach(renderer, document.body);
  });
  afterEach(() => renderer.dispose());

  it('should be safe, for notebooks that nobody trusted yet', () => {
    expect(rendererFactory(new LiveModels())).toMatchObject({ safe: true, mimeTypes: [MIME_TYPE] });
  });

  it('should put a saved story on the page without a kernel', async () => {
    await renderer.renderModel(output({}));
    expect(renderer.node.querySelectorAll('.bs-root')).toHaveLength(1);
  });

  it('should replace what it showed when it is given new data', async () => {
    await renderer.renderModel(output({}));
    await renderer.renderModel(output({ view: { measure: 'cosine' } }));
    expect(renderer.node.querySelectorAll('.bs-root')).toHaveLength(1);
  });

  it('should show a story whose saved state does not fit it in the default state', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation();
    await renderer.renderModel(output({ view: { heads: [[99, 0]] } }));
    expect(renderer.node.querySelectorAll('.bs-root')).toHaveLength(1);
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });

  it('should say so when nothing was computed before the notebook was saved', async () => {
    await renderer.renderModel(output({ story: null }));
    expect(renderer.node.textContent).toMatch(/Run the cell again/);
  });

  it.each([
    ['another version', { version: 2 }],
    ['no base64', { story: '%%%' }],
    ['not deflated', { story: btoa('a story') }],
    ['cut short', { story: story.slice(0, 400) }]
  ])('should answer %s with one sentence and a hint', async (_what, data) => {
    await renderer.renderModel(output(data));
    expect(renderer.node.querySelector('.bs-root')).toBeNull();
    expect(renderer.node.textContent).toMatch(/^[^<>]{20,300}\.$/);
  });

  it('should show markup in a story as text', async () => {
    const text = '<img src=x onerror=alert(1)>';
    await renderer.renderModel(output({ story: null, widget: text }));
    expect(renderer.node.querySelector('img')).toBeNull();
  });

  it('should leave nothing behind, and be disposed of twice', async () => {
    await renderer.renderModel(output({}));
    renderer.dispose();
    renderer.dispose();
    expect(document.querySelector('.bs-root')).toBeNull();
  });
});
