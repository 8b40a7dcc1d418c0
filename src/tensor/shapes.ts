// Which shapes an operation takes and makes; every refusal names the operation, the input and both shapes.

type Shape = readonly number[];

const text = (shape: Shape): string => `[${shape.join(', ')}]`;

function refuse(operation: string, input: string, seen: Shape, needed: string): never {
  throw new RangeError(`${operation}: ${input} is ${text(seen)}, needed is ${needed}`);
}

function countOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}

export function checkUpload(length: number, shape: Shape): void {
  if (length !== countOf(shape)) {
    refuse('upload', 'the data', [length], `as many numbers as in ${text(shape)}`);
  }
}

/** @param rank 2 for one product, 3 for a batch of them */
export function checkProduct(operation: string, rank: 2 | 3, left: Shape, right: Shape): void {
  const form = rank === 2 ? '[rows, inner]' : '[batch, rows, inner]';
  if (left.length !== rank) {
    refuse(operation, 'the first input', left, form);
  }
  if (right.length !== rank) {
    refuse(operation, 'the second input', right, form);
  }
  if (rank === 3 && left[0] !== right[0]) {
    refuse(
      operation,
      'the second input',
      right,
      `a batch of ${left[0]}, as in the first input ${text(left)}`
    );
  }
  if (left[rank - 1] !== right[rank - 2]) {
    refuse(
      operation,
      'the second input',
      right,
      `${left[rank - 1]} rows, the columns of the first input ${text(left)}`
    );
  }
  // Some engines leave what is a sum of nothing as it was in memory.
  if (left[rank - 1] === 0) {
    refuse(operation, 'the first input', left, 'at least one column');
  }
}

/** left · right', [rows, inner] both */
export function checkTransposedRight(operation: string, left: Shape, right: Shape): void {
  if (left.length !== 2) {
    refuse(operation, 'the first input', left, '[rows, inner]');
  }
  if (right.length !== 2 || left[1] !== right[1]) {
    refuse(operation, 'the second input', right, `[columns, ${left[1]}], the inner length of the first`);
  }
}

/** left' · right, [batch, inner, …] both */
export function checkTransposedLeft(operation: string, left: Shape, right: Shape): void {
  if (left.length !== 3) {
    refuse(operation, 'the first input', left, '[batch, inner, rows]');
  }
  if (right.length !== 3 || left[0] !== right[0] || left[1] !== right[1]) {
    refuse(operation, 'the second input', right, `[${left[0]}, ${left[1]}, columns], as the first begins`);
  }
}

export function checkConcat(shapes: readonly Shape[]): void {
  const [first = []] = shapes;
  if (first.length === 0) {
    refuse('concat', 'the first input', first, 'an array with at least one axis');
  }
  shapes.forEach((shape, i) => {
    if (shape.length !== first.length || shape.slice(1).some((length, axis) => length !== first[axis + 1])) {
      refuse('concat', `input ${i}`, shape, `${text(first)} behind the first axis`);
    }
  });
}

export function checkSame(operation: string, left: Shape, right: Shape): void {
  if (left.length !== right.length || left.some((length, axis) => length !== right[axis])) {
    refuse(operation, 'the second input', right, `${text(left)}, the shape of the first`);
  }
}

export function checkStretch(operation: string, left: Shape, right: Shape): void {
  const fits =
    left.length === right.length &&
    left.every((length, i) => right[i] === length || right[i] === 1 || length === 1);
  if (!fits) {
    refuse(operation, 'the second input', right, `${text(left)}, the shape of the first, up to lengths of 1`);
  }
}

export function checkOrder(shape: Shape, order: readonly number[]): void {
  const sorted = [...order].sort((a, b) => a - b);
  if (order.length !== shape.length || sorted.some((axis, i) => axis !== i)) {
    refuse('transpose', 'the order', order, `every axis of ${text(shape)} once`);
  }
}

export function checkReshape(from: Shape, to: Shape): void {
  if (countOf(from) !== countOf(to)) {
    refuse('reshape', 'the new shape', to, `as many numbers as in ${text(from)}`);
  }
}
