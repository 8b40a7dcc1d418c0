// Unit, property and oracle tests in three projects: plain Node, the engines, and what touches the DOM or JupyterLab.
import { createRequire } from 'node:module';

// Of JupyterLab's preset only what belongs into a project of a larger run.
const {
  transform: labTransform,
  moduleNameMapper: labModules,
  setupFiles,
  setupFilesAfterEnv,
  moduleFileExtensions
} = createRequire(import.meta.url)('@jupyterlab/testing/lib/jest-config')(import.meta.dirname);

const transform = {
  '^.+\\.tsx?$': [
    'ts-jest',
    {
      diagnostics: false,
      tsconfig: {
        isolatedModules: true,
        target: 'ES2022',
        module: 'CommonJS',
        esModuleInterop: true,
        allowJs: true
      }
    }
  ]
};
const roots = ['<rootDir>/src', '<rootDir>/test'];
const moduleNameMapper = { '^fast-check$': '<rootDir>/test/fast-check.cjs' };
const tests = folders => folders.map(folder => `<rootDir>/test/${folder}/**/*.test.ts`);

export default {
  projects: [
    {
      displayName: 'compute',
      roots,
      moduleNameMapper,
      testEnvironment: 'node',
      transform,
      testMatch: tests([
        'core',
        'text',
        'weights',
        'analysis',
        'story',
        'protocol',
        'views/spec',
        'property',
        'scripts'
      ])
    },
    {
      displayName: 'native',
      // Typed arrays of the outer realm, or what the native addon returns is no instance of the test's Float32Array.
      roots,
      moduleNameMapper,
      testEnvironment: '<rootDir>/test/native-environment.cjs',
      transform,
      testMatch: tests(['tensor', 'model', 'gradient', 'oracle', 'service'])
    },
    {
      displayName: 'lab',
      moduleNameMapper: { ...labModules, ...moduleNameMapper },
      setupFiles,
      setupFilesAfterEnv,
      moduleFileExtensions,
      roots,
      testEnvironment: 'jsdom',
      transform: { ...labTransform, ...transform },
      transformIgnorePatterns: [
        '/node_modules/(?!(@jupyterlab|@jupyter|@jupyter-widgets|@lumino|lib0|y-protocols|y-websocket|yjs|culori|fflate|valibot|@codemirror|@marijn|@rjsf|nanoid|vscode-ws-jsonrpc|exenv-es6)/.*)'
      ],
      testMatch: tests(['views', 'page', 'jupyter']),
      testPathIgnorePatterns: ['/test/views/spec/']
    }
  ]
};
