"""How good forecasts are, as the M4 competition counts it (Makridakis, Spiliotis and Assimakopoulos 2020).

A step whose value is not known is left out.
"""

import math

import numpy as np


def smape(actual: np.ndarray, forecast: np.ndarray) -> float:
    """In percent, 0 to 200; where both are zero the error is zero."""
    known = ~np.isnan(actual)
    actual, forecast = actual[known], forecast[known]
    size = np.abs(actual) + np.abs(forecast)
    errors = np.divide(200 * np.abs(actual - forecast), size, out=np.zeros_like(size), where=size > 0)
    return float(errors.mean())


def scale(train: np.ndarray, frequency: int) -> float:
    """The mean error of the seasonal naive method over the part to learn from."""
    return float(np.abs(train[frequency:] - train[:-frequency]).mean())


def mase(actual: np.ndarray, forecast: np.ndarray, scale: float) -> float:
    return float(np.nanmean(np.abs(actual - forecast))) / scale


def msis(actual: np.ndarray, low: np.ndarray, high: np.ndarray, level: int, scale: float) -> float:
    """The mean scaled interval score: the width, and 2 / alpha times by how much values lie outside."""
    outside = np.maximum(low - actual, 0) + np.maximum(actual - high, 0)
    return float(np.nanmean(high - low + 2 / (1 - level / 100) * outside)) / scale


def coverage(actual: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[int, int]:
    """How many values lie within, of how many."""
    known = ~np.isnan(actual)
    within = (low <= actual) & (actual <= high) & known
    return int(within.sum()), int(known.sum())


def naive2(train: np.ndarray, frequency: int, horizon: int) -> np.ndarray:
    """M4's Naive2: the last value, seasonally adjusted by classical multiplicative decomposition if a test of the
    autocorrelation at 90 % finds a season ("Benchmarks and Evaluation.R" of the competition)."""
    figures = _figures(train, frequency) if _is_seasonal(train, frequency) else np.ones(frequency)
    place = np.arange(len(train), len(train) + horizon) % frequency
    return train[-1] / figures[(len(train) - 1) % frequency] * figures[place]


def _is_seasonal(train: np.ndarray, frequency: int) -> bool:
    if frequency == 1 or len(train) < 3 * frequency:
        return False
    moved = train - train.mean()
    variance = moved @ moved
    correlations = [moved[lag:] @ moved[:-lag] / variance for lag in range(1, frequency + 1)]
    limit = 1.645 / math.sqrt(len(train)) * math.sqrt(1 + 2 * sum(c * c for c in correlations[:-1]))
    return abs(correlations[-1]) > limit


def _figures(train: np.ndarray, frequency: int) -> np.ndarray:
    weights = np.ones(frequency)
    if frequency % 2 == 0:
        weights = np.concatenate([[0.5], np.ones(frequency - 1), [0.5]])
    trend = np.convolve(train, weights / weights.sum(), "valid")
    half = frequency // 2
    ratios = train[half : half + len(trend)] / trend
    places = np.arange(half, half + len(trend)) % frequency
    figures = np.array([ratios[places == place].mean() for place in range(frequency)])
    return figures / figures.mean()
