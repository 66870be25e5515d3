/** A variable of a MATLAB file. Arrays are column-major: the first axis is the fastest. */
export type MatValue = MatNumbers | MatText | MatStruct | MatCell | MatUnsupported;

export interface MatNumbers {
  readonly kind: "numbers";
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

export interface MatText {
  readonly kind: "text";
  readonly shape: readonly number[];
  /** Row by row where it has several. */
  readonly rows: readonly string[];
}

export interface MatStruct {
  readonly kind: "struct";
  readonly shape: readonly number[];
  /** One map of field → value per element. */
  readonly elements: readonly ReadonlyMap<string, MatValue>[];
}

export interface MatCell {
  readonly kind: "cell";
  readonly shape: readonly number[];
  readonly elements: readonly MatValue[];
}

/** Present in the file, but of a kind that is not read: sparse or complex arrays, objects, function handles. */
export interface MatUnsupported {
  readonly kind: "unsupported";
  readonly what: string;
}

/** Rows of a text array, whose characters stand column by column. */
export function textRows(characters: ArrayLike<number>, shape: readonly number[]): readonly string[] {
  const rowCount = shape[0] ?? 0;
  const columnCount = rowCount === 0 ? 0 : characters.length / rowCount;
  return Array.from({ length: rowCount }, (_, row) => {
    let text = "";
    for (let column = 0; column < columnCount; column++)
      text += String.fromCharCode(characters[column * rowCount + row]!);
    return text;
  });
}
