"""Lines that no exporter should write: each is left out with its reason, and the others count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lagtop.endpoints import Endpoint
from lagtop.readings import CLIENT
from lagtop.wire import metrics
from lagtop.wire.metric_names import NAMES
from lagtop.wire.metrics import EndpointReader, samples, timers_of

SPRING = "spring_kafka_listener_seconds"
OWN = timers_of(f"{CLIENT}a", "http://x/m")
FORM = f'{SPRING}_bucket{{{{le="0.1"}}}} {{0}}\n{SPRING}_bucket{{{{le="+Inf"}}}} {{0}}\n'


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"{SPRING}_bucket 5", "a bucket without its bound, le"),
        (f'{SPRING}_bucket{{le="wide"}} 5', "a bucket of the bound 'wide'"),
        (f'{SPRING}_bucket{{le="NaN"}} 5', "a bucket of the bound 'nan'"),
        (f'{SPRING}_bucket{{le="1"}} NaN', "a count of nan"),
        (f'{SPRING}_bucket{{le="1"}} -5', "a count of -5"),
        (f"{SPRING}_count -1", "a count of -1"),
        (f'{SPRING}_bucket{{le="1"}} 5 and more', "could not convert string to float"),
        (f'{SPRING}_bucket{{le="1" 5', "could not convert string to float"),
        (f'{SPRING}{{quantile="most"}} 5', "a quantile of 'most'"),
        (f"java_lang_operatingsystem_cpuload {10**400}", "too large"),
    ],
)
def test_a_bad_line_is_left_out_and_the_others_count(
    monkeypatch: pytest.MonkeyPatch, line: str, reason: str
) -> None:
    texts = iter([f"{FORM.format(count)}{line}\n" for count in (0, 100)])
    monkeypatch.setattr(metrics, "fetch", lambda *_: next(texts))
    endpoint = EndpointReader(Endpoint(f"{CLIENT}a", "http://x/m"), every_s=1.0)
    endpoint.read()
    readings = endpoint.read()

    assert readings.values["processing_p50_s"] == pytest.approx(0.05)
    assert readings.reason.startswith("http://x/m: left out 1 of 3 samples: ")
    assert reason in readings.reason


NUMBER = st.sampled_from(["0", "5", "-5", "1e308", "-1e308", "NaN", "+Inf", "-Inf", "x", ""])
LABELS = st.lists(
    st.tuples(st.sampled_from(["le", "quantile", "name", "cpu"]), NUMBER), max_size=3
).map(lambda pairs: ",".join(f'{name}="{value}"' for name, value in pairs))
NAME = st.sampled_from(sorted(NAMES.union(*(timer.names for timer in OWN))))
LINE = st.builds("{}{{{}}} {}".format, NAME, LABELS, NUMBER)
NOISE = st.builds(str.__add__, NAME, st.text(max_size=30))


@given(texts=st.lists(st.lists(LINE | NOISE, max_size=8).map("\n".join), min_size=2, max_size=3))
def test_no_text_ends_an_endpoints_thread(texts: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        given = iter(texts)
        patch.setattr(metrics, "fetch", lambda *_: next(given))
        endpoint = EndpointReader(Endpoint(f"{CLIENT}a", "http://x/m"), every_s=1.0)
        for text in texts:
            readings = endpoint.read()

            assert all(abs(value) < float("inf") for value in readings.values.values())
            _, left_out = samples(text, OWN) if not text.lstrip().startswith("<") else ([], "")
            assert left_out in readings.reason
