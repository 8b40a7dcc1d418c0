// The version of the product, the same as in package.json and in the Python package.

export const VERSION = '0.1.0';
