# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy==2.*", "scipy==1.*"]
# ///
"""McSharry's three coupled equations, integrated numerically: the witness for the closed form in
src/datasets/synthetic/heart-vector.ts.

McSharry PE, Clifford GD, Tarassenko L, Smith LA. IEEE Trans Biomed Eng 50(3):289-294, 2003.
Parameters: table I of the paper (times for 60 beats per minute, angles, a, b).
Written by: python tools/golden/synthetic.py  >  test/golden/synthetic/mcsharry.json
"""

import json
import sys

import numpy as np
from scipy.integrate import solve_ivp

ANGLES = np.array([-np.pi / 3, -np.pi / 12, 0, np.pi / 12, np.pi / 2])  # P Q R S T
A = np.array([1.2, -5.0, 30.0, -7.5, 0.75])
B = np.array([0.25, 0.1, 0.1, 0.1, 0.4])


def track(interval, times):
    """z(t) from the R peak on, from a start on the limit cycle, without the term -(z - z0) of the baseline."""
    omega = 2 * np.pi / interval

    def derivative(_, state):
        x, y, _ = state
        alpha = 1 - np.hypot(x, y)
        theta = np.arctan2(y, x)
        delta = np.remainder(theta - ANGLES + np.pi, 2 * np.pi) - np.pi
        dz = -np.sum(A * delta * np.exp(-(delta**2) / (2 * B**2)))
        return [alpha * x - omega * y, alpha * y + omega * x, dz]

    solution = solve_ivp(
        derivative, (times[0], times[-1]), [1, 0, 0], t_eval=times, method="DOP853", rtol=1e-10, atol=1e-12, max_step=0.004
    )
    return solution.y[2]


cases = []
for interval in (1.0, 0.6):
    # From R to a little before the next R; z is relative to its value at R.
    times = np.linspace(0, 0.95 * interval, 60)
    cases.append({"interval": interval, "times": times.tolist(), "z": track(interval, times).tolist()})

json.dump({"angles": ANGLES.tolist(), "a": A.tolist(), "b": B.tolist(), "cases": cases}, sys.stdout)
print()
