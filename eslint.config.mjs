// Style and the direction of imports: every folder may import itself and what is listed beside it, nothing else.
import tseslint from 'typescript-eslint';
import importX from 'eslint-plugin-import-x';

const MAY_IMPORT = {
  core: [],
  text: ['core'],
  weights: ['core'],
  tensor: ['core'],
  model: ['core', 'text', 'weights', 'tensor'],
  gradient: ['core', 'tensor', 'model'],
  analysis: ['core'],
  story: ['core', 'analysis', 'weights'],
  protocol: ['core', 'story', 'analysis'],
  'views/spec': ['core', 'analysis', 'story'],
  'views/svg.ts': ['core', 'views/spec'],
  service: [
    'core',
    'text',
    'weights',
    'tensor',
    'model',
    'gradient',
    'analysis',
    'story',
    'protocol',
    'views/spec',
    'views/svg.ts'
  ],
  views: ['core', 'analysis', 'story', 'views/spec', 'views/svg.ts'],
  jupyter: ['core', 'story', 'protocol', 'views']
};

const folders = Object.keys(MAY_IMPORT);
const zones = Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
  target: folder === 'views' ? './src/views/!(spec)' : `./src/${folder}`,
  from: './src',
  except: [...new Set([folder, ...allowed])].map(name => `./${name}`),
  message: `${folder}/ may import only ${[folder, ...allowed].join(', ')}`
}));

const only = (names, where) => ({
  files: ['src/**/*.ts'],
  ignores: where,
  rules: {}
});

const restrict = (patterns, message) => [{ group: patterns, message }];

export default tseslint.config(
  {
    ignores: ['node_modules', '.venv', '.cache', 'lib', 'bertstory', 'docs', 'test/fixtures', 'coverage']
  },
  ...tseslint.configs.recommended,
  {
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver': { typescript: { project: './tsconfig.json' } } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'import-x/no-default-export': 'off',
      eqeqeq: 'error',
      'prefer-const': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }]
    }
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error'
    }
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/tensor/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: restrict(['@tensorflow/*'], 'only tensor/ imports tfjs') }
      ]
    }
  },
  { files: ['src/index.ts'], rules: { 'import-x/no-default-export': 'off' } }
);
