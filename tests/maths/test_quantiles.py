import pytest
from scipy import stats

from keepline.maths.quantiles import normal_quantile, t_quantile, t_share

FREEDOMS = [1, 2, 3, 4, 5, 9, 10, 31, 100, 999, 1000, 1001, 1500, 20_000, 10**7]
SHARES = [1e-5, 0.005, 0.1, 0.5, 0.75, 0.975, 0.995, 0.9995, 1 - 1e-5]


@pytest.mark.parametrize("freedom", FREEDOMS)
@pytest.mark.parametrize("share", SHARES)
def test_t_quantile_agrees_with_an_independent_one(share, freedom):
    assert t_quantile(share, freedom) == pytest.approx(stats.t.ppf(share, freedom), rel=1e-9,
                                                       abs=1e-9)  # fmt: skip


@pytest.mark.parametrize("freedom", [1, 2, 3, 8, 21, 400])
@pytest.mark.parametrize("t", [-7.5, -1.0, 0.0, 0.3, 2.0, 12.0])
def test_t_share_agrees_with_an_independent_one(t, freedom):
    assert t_share(t, freedom) == pytest.approx(stats.t.cdf(t, freedom), rel=1e-10, abs=1e-14)


def test_normal_quantile_is_the_limit_of_t():
    assert t_quantile(0.99, 10**9) == pytest.approx(normal_quantile(0.99), rel=1e-8)
