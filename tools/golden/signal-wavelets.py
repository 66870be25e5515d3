# /// script
# requires-python = ">=3.10"
# dependencies = ["mpmath==1.3.0"]
# ///
"""Computes the scaling filters of src/signal/wavelet-filters.ts with 100 digits.

    python tools/golden/signal-wavelets.py > src/signal/wavelet-filters.ts && npx oxfmt src/signal

Daubechies: the minimum-phase spectral factor of Daubechies' half-band polynomial (Daubechies 1988, Orthonormal bases of
compactly supported wavelets).

Symlets: another factor of the same polynomial. Which roots are mirrored is a convention (Daubechies 1992, Ten lectures
on wavelets, section 8.1.1, asks for the least asymmetry, and published tables do not all optimise the same measure);
SYMLET_ROOTS states the choice that PyWavelets and MATLAB make, one digit per root group in the order of the roots'
modulus, 1 for "outside the unit circle".

Coiflets of order K: the 6K taps that satisfy Daubechies' conditions (Daubechies 1993, Orthonormal bases of compactly
supported wavelets II): 2K vanishing moments of the wavelet, 2K − 1 of the scaling function about tap 2K, orthonormality.
Several solutions exist; Gauss-Newton steps find the customary one, the nearest to symmetry, from the zero-phase square root of a
half-band filter (K ≤ 3), and from there by extrapolation over K. Takes about 2 minutes.
"""

import math

import mpmath as mp

mp.mp.dps = 100

SYMLET_ROOTS = {
    2: "0", 3: "0", 4: "01", 5: "10", 6: "101", 7: "100", 8: "0101", 9: "0110", 10: "10101", 11: "01100",
    12: "101010", 13: "001110", 14: "0011010", 15: "0011100", 16: "10011010", 17: "01110001", 18: "101100101",
    19: "001011100", 20: "1010011010",
}  # fmt: skip


def root_groups(order):
    """Roots inside the unit circle of the half-band polynomial: conjugate pairs and single real roots, by modulus."""
    if order == 1:
        return []
    coefficients = [mp.binomial(order - 1 + k, k) for k in range(order)]
    groups = []
    for y in mp.polyroots(coefficients[::-1], maxsteps=500, extraprec=600):
        middle = 1 - 2 * y  # z + 1/z = 2 − 4y
        z = middle + mp.sqrt(middle * middle - 1)
        if abs(z) > 1:
            z = 1 / z
        if abs(y.imag) < mp.mpf(10) ** -40:
            groups.append([mp.mpc(z.real)])
        elif y.imag > 0:
            groups.append([z, mp.conj(z)])
    return sorted(groups, key=lambda group: abs(group[0]))


def spectral_factor(order, roots):
    """√2-normalised coefficients of (z + 1)^order · Π (z − root), highest power first."""
    polynomial = [mp.mpc(1)]
    for root in [mp.mpf(-1)] * order + roots:
        shifted = [mp.mpc(0), *polynomial]
        polynomial = [a - root * b for a, b in zip([*polynomial, mp.mpc(0)], shifted)]
    real = [value.real for value in polynomial]
    scale = mp.sqrt(2) / mp.fsum(real)
    return [value * scale for value in real]


def daubechies(order):
    return spectral_factor(order, [root for group in root_groups(order) for root in group])


def symlet(order):
    groups = root_groups(order)
    assert len(groups) == len(SYMLET_ROOTS[order])
    chosen = zip(groups, SYMLET_ROOTS[order])
    return spectral_factor(order, [1 / root if bit == "1" else root for group, bit in chosen for root in group])


def zero_phase_guess(order):
    """Taps −2K … 4K − 1 of √(2 · half-band response with ⌊2.5 K⌋ zeros at π), by a Fourier sum of 2048 points."""
    zeros = max(1, 5 * order // 2)
    points = 2048
    response = []
    for k in range(points):
        y = math.sin(math.pi * k / points) ** 2
        half_band = (1 - y) ** zeros * math.fsum(math.comb(zeros - 1 + j, j) * y**j for j in range(zeros))
        response.append(math.sqrt(2 * max(0.0, half_band)))
    return [
        mp.mpf(math.fsum(r * math.cos(2 * math.pi * k * n / points) for k, r in enumerate(response)) / points)
        for n in range(-2 * order, 4 * order)
    ]


def extrapolated_guess(order, lower):
    """From the solutions of the orders below, taps counted from the centre."""
    weights = [2, -1] if order <= 5 else [3, -3, 1]
    return [
        mp.fsum(
            weight * lower[order - 1 - j][n + 2 * (order - 1 - j)]
            for j, weight in enumerate(weights)
            if 0 <= n + 2 * (order - 1 - j) < 6 * (order - 1 - j)
        )
        for n in range(-2 * order, 4 * order)
    ]


def coiflet(order, lower):
    taps = extrapolated_guess(order, lower) if order > 3 else zero_phase_guess(order)
    length = 6 * order
    # Moments in the basis of Chebyshev polynomials, which keeps the equations of one size.
    positions = [mp.mpf(2 * i - (length - 1)) / (length - 1) for i in range(length)]
    moments = [[mp.mpf(1)] * length, positions]
    while len(moments) < 2 * order:
        moments.append([2 * x * b - a for x, a, b in zip(positions, moments[-2], moments[-1])])
    alternating = [[value if i % 2 == 0 else -value for i, value in enumerate(row)] for row in moments]
    for _ in range(20):
        residuals = [mp.fdot(row, taps) for row in alternating]
        residuals += [mp.fdot(row, taps) - mp.sqrt(2) * row[2 * order] for row in moments]
        jacobian = alternating + moments
        for shift in range(0, length, 2):
            residuals.append(mp.fdot(taps[: length - shift], taps[shift:]) - (shift == 0))
            ahead = taps[shift:] + [mp.mpf(0)] * shift
            behind = [mp.mpf(0)] * shift + taps[: length - shift]
            jacobian = [*jacobian, [a + b for a, b in zip(ahead, behind)]]
        if max(abs(residual) for residual in residuals) < mp.mpf(10) ** -60:
            return taps
        matrix = mp.matrix(jacobian)
        step = mp.lu_solve(matrix.T * matrix, matrix.T * mp.matrix(residuals))
        taps = [tap - change for tap, change in zip(taps, step)]
    raise ArithmeticError(f"coif{order} did not converge")


def coiflets(last):
    found = {}
    for order in range(1, last + 1):
        found[order] = coiflet(order, found)
    return {f"coif{order}": taps for order, taps in found.items()}


def check(name, filter_):
    """Orthonormality of the double shifts, to 40 digits."""
    for shift in range(0, len(filter_), 2):
        product = mp.fsum(a * b for a, b in zip(filter_, filter_[shift:]))
        assert abs(product - (shift == 0)) < mp.mpf(10) ** -40, (name, shift, product)


def main():
    filters = {f"db{order}": daubechies(order) for order in range(1, 21)}
    filters |= {f"sym{order}": symlet(order) for order in range(2, 21)}
    filters |= coiflets(17)
    print("// Generated by `python tools/golden/signal-wavelets.py > src/signal/wavelet-filters.ts && npx oxfmt src/signal`; do not edit.")
    print("/* oxlint-disable oxc/approx-constant */")
    print()
    print("/** Scaling (reconstruction low-pass) filter of each wavelet, sum √2, computed with 100 digits. */")
    print("export const scalingFilters: Readonly<Record<string, readonly number[]>> = {")
    for name, filter_ in filters.items():
        check(name, filter_)
        print(f"  {name}: [")
        for value in filter_:
            print(f"    {float(value)!r},".replace("e-0", "e-"))
        print("  ],")
    print("};")


if __name__ == "__main__":
    main()
