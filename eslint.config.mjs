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
    'views/svg.ts',
    'page/template.ts',
    'page/provenance.ts'
  ],
  views: ['core', 'analysis', 'story', 'views/spec', 'views/svg.ts'],
  page: ['core', 'story', 'views'],
  'page/template.ts': ['core', 'story'],
  'page/provenance.ts': ['core', 'story'],
  jupyter: ['core', 'story', 'protocol', 'views']
};

const zones = Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
  target: folder === 'views' ? './src/views/!(spec)' : `./src/${folder}`,
  from: './src',
  except: [...new Set([folder, ...allowed])].map(name => `./${name}`),
  message: `${folder}/ may import only ${[folder, ...allowed].join(', ')}`
}));

/** Packages that only one place may import: [patterns, where, what to say]. */
const RESERVED = [
  [['@tensorflow/*', '@tensorflow/**'], 'src/tensor/**', 'only tensor/ imports tfjs'],
  [['plotly.js', 'plotly.js/*'], 'src/views/plotly.ts', 'only views/plotly.ts imports Plotly'],
  [
    ['@jupyterlab/*', '@lumino/*', '@jupyter-widgets/*'],
    'src/{jupyter/**,index.ts}',
    'only jupyter/ imports JupyterLab, Lumino and the widgets'
  ]
];
// A rule's options do not add up over blocks, so every place gets the list of all that it may not import.
const places = [...new Set(RESERVED.map(([, where]) => where))];
const reserved = place => [
  'error',
  {
    patterns: RESERVED.filter(([, where]) => where !== place).map(([group, , message]) => ({
      group,
      message
    }))
  }
];

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
  { files: ['src/**/*.ts'], ignores: places, rules: { 'no-restricted-imports': reserved(null) } },
  ...places.map(place => ({ files: [place], rules: { 'no-restricted-imports': reserved(place) } })),
  { files: ['src/index.ts'], rules: { 'import-x/no-default-export': 'off' } },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } }
);
