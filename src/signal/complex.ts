/** A complex number. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

export function complex(re: number, im: number): Complex {
  return { re, im };
}

complex.add = (a: Complex, b: Complex): Complex => complex(a.re + b.re, a.im + b.im);

complex.subtract = (a: Complex, b: Complex): Complex => complex(a.re - b.re, a.im - b.im);

complex.scale = (a: Complex, factor: number): Complex => complex(a.re * factor, a.im * factor);

complex.multiply = (a: Complex, b: Complex): Complex => complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re);

complex.divide = (a: Complex, b: Complex): Complex => {
  const square = b.re * b.re + b.im * b.im;
  return complex((a.re * b.re + a.im * b.im) / square, (a.im * b.re - a.re * b.im) / square);
};

complex.magnitude = (a: Complex): number => Math.hypot(a.re, a.im);

/** The root with a real part ≥ 0. */
complex.squareRoot = (a: Complex): Complex => {
  const size = complex.magnitude(a);
  const re = Math.sqrt(Math.max(0, (size + a.re) / 2));
  const im = Math.sqrt(Math.max(0, (size - a.re) / 2));
  return complex(re, a.im < 0 ? -im : im);
};
