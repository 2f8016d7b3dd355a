"""How a function is compiled: kept on disk from run to run, without Python's lock, dividing by zero as NumPy does."""

from numba.extending import register_jitable

from model.light_numba import njit

compiled = njit(cache=True, nogil=True, error_model="numpy", no_cfunc_wrapper=True)
inlined = njit(cache=True, nogil=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)
shared = register_jitable(error_model="numpy")  # a rule of agents: they call it as it is, and loops compile it

CORE, PROVINCE = 0, 2  # row of the core; Status.PROVINCE of model/state/axes.py
UNDERGROUND = 2  # Stance.UNDERGROUND
IDLE, WAITS, ACTS = 0, 1, 2  # an agent has no turn; has one and goes on as before; has one and decides something
INFORMATION, TRAINING, AID, BORDERS, MILITIAS = range(5)  # rows of doses, model.state.arrays.COUNTRY_LEVERS
