// A real JupyterLab with an empty home of its own, and a page that drives it as a user does.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const JUPYTER = join(ROOT, '.venv/bin/jupyter');

/** Settings and data apart from the machine's, or what a user has there would change the test. */
function surroundings(home) {
  const folder = name => {
    const path = join(home, name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const config = folder('config');
  mkdirSync(join(config, 'labconfig'));
  writeFileSync(
    join(config, 'labconfig/page_config.json'),
    JSON.stringify({ disabledExtensions: { '@jupyterlab/apputils-extension:announcements': true } })
  );
  return {
    ...process.env,
    HOME: folder('home'),
    JUPYTER_CONFIG_DIR: config,
    JUPYTER_DATA_DIR: folder('data'),
    JUPYTER_RUNTIME_DIR: folder('runtime'),
    JUPYTERLAB_SETTINGS_DIR: folder('settings'),
    JUPYTERLAB_WORKSPACES_DIR: folder('workspaces'),
    IPYTHONDIR: folder('ipython'),
    JUPYTER_PLATFORM_DIRS: '1'
  };
}

function freePort() {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/**
 * Starts JupyterLab on a copy of the example notebooks.
 * @returns {Promise<{folder: string, url: (path: string) => string, stop: () => Promise<void>}>}
 */
export async function startLab() {
  if (!existsSync(JUPYTER)) throw new Error('there is no JupyterLab in .venv; run npm run setup');
  const home = mkdtempSync(join(tmpdir(), 'bertstory-lab-'));
  const folder = join(home, 'notebooks');
  cpSync(join(ROOT, 'examples'), folder, { recursive: true });
  const port = await freePort();
  const token = randomBytes(16).toString('hex');
  const server = spawn(
    JUPYTER,
    [
      'lab',
      '--no-browser',
      '--allow-root',
      '--ip=127.0.0.1',
      `--port=${port}`,
      '--ServerApp.port_retries=0',
      `--IdentityProvider.token=${token}`,
      `--ServerApp.root_dir=${folder}`,
      '--LabApp.expose_app_in_browser=True'
    ],
    { cwd: folder, env: surroundings(home), stdio: ['ignore', 'pipe', 'pipe'] }
  );
  let log = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', chunk => (log += chunk));
  const ended = new Promise(done => server.once('exit', done));
  const stop = async () => {
    server.kill('SIGTERM');
    await ended;
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/api/status?token=${token}`);
      if (answer.ok) break;
    } catch {
      // Not listening yet.
    }
    if (server.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`JupyterLab did not start:\n${log.slice(-2000)}`);
    }
    await new Promise(done => setTimeout(done, 200));
  }
  return { folder, stop, url: path => `http://127.0.0.1:${port}/lab/tree/${path}?reset&token=${token}` };
}

/**
 * Opens a notebook in a page of its own.
 * @param kernel false: the notebook names a kernel that this machine lacks, and is read without one
 */
export async function openNotebook(browser, lab, path, { kernel = true, width = 1280, height = 1600 } = {}) {
  const context = await browser.newContext({ viewport: { width, height } });
  const page = await context.newPage();
  const failures = [];
  page.on('pageerror', error => failures.push(String(error)));
  page.setDefaultTimeout(30_000);
  await page.goto(lab.url(path));
  await page.waitForFunction(() => globalThis.jupyterapp !== undefined);
  await page.evaluate(() => globalThis.jupyterapp.started);
  await page.locator('.jp-Notebook').waitFor();
  const kernelReady = () =>
    page.waitForFunction(() => {
      const session = globalThis.jupyterapp?.shell?.currentWidget?.sessionContext?.session;
      return session?.kernel?.status === 'idle';
    });
  if (kernel) {
    await kernelReady();
  } else {
    await page.getByRole('button', { name: 'No Kernel', exact: true }).waitFor();
  }
  return {
    page,
    failures,
    /** Waits until the notebook has its kernel: again after a reload. */
    kernelReady,
    command: (id, args = {}) =>
      page.evaluate(([name, values]) => globalThis.jupyterapp.commands.execute(name, values), [id, args]),
    /** Runs code in the notebook's kernel and returns what it printed. */
    run: code =>
      page.evaluate(async source => {
        const { kernel: connection } = globalThis.jupyterapp.shell.currentWidget.sessionContext.session;
        const future = connection.requestExecute({ code: source });
        let text = '';
        future.onIOPub = ({ header, content }) => {
          if (header.msg_type === 'stream') text += content.text;
          if (header.msg_type === 'error') text += `${content.ename}: ${content.evalue}`;
        };
        await future.done;
        return text.trim();
      }, code),
    close: () => context.close()
  };
}
