"""A command's way through the server: acknowledged at once, done in a process, told as it goes."""

import json
import os
import signal
import socket
import sys
import threading
import time
from dataclasses import replace
from http.client import HTTPException

import pytest
from tests.server.conftest import LIMITS, running
from tests.server.stand_in import SECRET_CELL

from ramkoll.model.errors import RamkollError
from ramkoll.server.errors import Refused
from ramkoll.server.jobs import Jobs
from ramkoll.server.settings import Limits

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # on Windows the other does the same
RIGHT_ERROR = {"id", "what", "where", "expected", "todo"}


def events(client, job):
    connection = client.send("GET", f"/api/v1/jobs/{job}/events")
    found = connection.getresponse()
    assert found.getheader("content-type") == "application/x-ndjson"
    for line in found:
        yield json.loads(line)
    connection.close()


def test_a_call_gets_its_answer(client):
    found = client.run(text="å")
    assert set(found) == {"id", "state", "done", "total", "what", "answer", "error"}
    assert found["state"] == "done"
    assert found["error"] is None
    assert found["answer"]["command"] == "check"
    assert found["answer"]["user"] == "Åsa"
    assert found["answer"]["å"] == "ä"
    assert found["answer"]["pid"] != os.getpid()


def test_a_call_is_acknowledged_in_well_under_100_ms(client):
    client.warm()
    body = json.dumps({"cells": ["x" * 1000] * 150}).encode()
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        answer = client.ask("POST", "/api/v1/commands/check", body)
        times.append(time.perf_counter() - begun)
        client.wait(answer.json["job"])
    assert min(times) < 0.1


def test_the_stream_tells_each_change_and_ends_with_the_answer(client):
    client.warm()
    job = client.call(do="steps", steps=12)
    seen = list(events(client, job))
    assert [each["state"] for each in seen[:-1]] == ["running"] * (len(seen) - 1)
    assert seen[-1]["state"] == "done"
    assert seen[-1]["answer"]["command"] == "check"
    done = [each["done"] for each in seen]
    assert done == sorted(done)
    assert len(set(done)) > 3
    assert list(events(client, job)) == [seen[-1]]


def test_a_stream_with_nothing_new_says_the_same_again(client):
    job = client.call(do="hang")
    stream = events(client, job)
    said = [next(stream) for _ in range(4)]
    assert said[-1] == said[-2]
    client.ask("DELETE", f"/api/v1/jobs/{job}")
    assert list(stream)[-1]["state"] == "cancelled"


def test_a_client_that_goes_leaves_nothing_behind(client):
    job = client.call(do="hang")
    connection = client.send("GET", f"/api/v1/jobs/{job}/events")
    connection.getresponse().readline()
    assert client.jobs.counts["streams"] == 1
    connection.sock.shutdown(socket.SHUT_RDWR)
    connection.close()
    until = time.monotonic() + 5
    while client.jobs.counts["streams"] and time.monotonic() < until:
        time.sleep(0.05)
    assert client.jobs.counts["streams"] == 0
    assert not client.jobs.get(job).listeners
    client.ask("DELETE", f"/api/v1/jobs/{job}")
    client.wait(job)


def test_a_command_that_reports_stops_between_its_steps_and_the_worker_lives(client):
    [before] = client.warm()
    job = client.call(do="steps", steps=60)
    client.wait(job, ("running",))
    answer = client.ask("DELETE", f"/api/v1/jobs/{job}")
    assert answer.status == 202
    found = client.wait(job, seconds=10)
    assert found["state"] == "cancelled"
    assert found["answer"] is None
    assert found["error"] is None
    assert client.warm() == [before]


def test_a_command_that_does_not_listen_is_ended_and_the_next_works(client):
    [before] = client.warm()
    job = client.begun(do="hang")  # before, it would hear of it at its first report
    client.ask("DELETE", f"/api/v1/jobs/{job}")
    assert client.wait(job, seconds=10)["state"] == "cancelled"
    assert client.run()["state"] == "done"
    assert client.warm() != [before]


def test_a_waiting_job_is_cancelled_at_once(client):
    first, second = client.call(do="hang"), client.call()
    assert client.ask("DELETE", f"/api/v1/jobs/{second}").json["state"] == "cancelled"
    client.ask("DELETE", f"/api/v1/jobs/{first}")
    client.wait(first)


def test_cancelling_twice_and_too_late_changes_nothing(client):
    found = client.run()
    for _ in range(2):
        assert client.ask("DELETE", f"/api/v1/jobs/{found['id']}").json == found


def test_what_the_engine_refuses_is_the_jobs_error(client):
    found = client.run(do="refuse")
    assert found["state"] == "failed"
    assert found["answer"] is None
    assert set(found["error"]) == RIGHT_ERROR
    assert found["error"]["what"] == "Bladet saknas."
    assert found["error"]["where"] == "Utfall"


def test_a_fault_in_a_command_is_logged_by_id_with_its_lines_and_no_cell(client, caplog):
    caplog.set_level("INFO", "ramkoll.server")
    [before] = client.warm()
    found = client.run(do="fault")
    assert found["state"] == "failed"
    named = found["error"]["id"]
    assert named in found["error"]["what"]
    assert SECRET_CELL not in json.dumps(found)
    facts = [each.facts for each in caplog.records]
    [logged] = [each for each in facts if each.get("id") == named]
    assert "stand_in.py" in logged["at"][0]
    assert logged["at"][0].startswith("ValueError: ")
    assert SECRET_CELL not in json.dumps(facts)
    assert client.warm() == [before]


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("die", "Räkneprocessen avbröts"),
        ("memory", "minne"),
        ("hang", "inte blev klart på 3 sekunder"),
    ],
)
def test_a_worker_that_comes_to_grief_takes_only_its_own_job_with_it(client, what, says):
    [before] = client.warm()
    found = client.run(do=what)
    assert found["state"] == "failed"
    assert says in found["error"]["what"]
    assert "orörd" in found["error"]["todo"]
    after = client.run()
    assert after["state"] == "done"
    assert after["answer"]["pid"] != before


def test_a_worker_killed_from_outside_fails_its_job_in_swedish_and_the_next_works(client):
    [pid] = client.warm()
    # Killed before it had begun, it would be no fault of the job: another worker would have it.
    job = client.begun(do="hang")
    os.kill(pid, KILL)
    found = client.wait(job, seconds=10)
    assert found["state"] == "failed"
    assert "Räkneprocessen avbröts" in found["error"]["what"]
    assert client.run()["state"] == "done"


def test_a_worker_killed_while_it_waits_is_replaced_unnoticed(client):
    [pid] = client.warm()
    os.kill(pid, KILL)
    assert client.run()["state"] == "done"


@pytest.mark.skipif(sys.platform == "win32", reason="processes are stopped otherwise there")
def test_a_worker_that_is_stopped_before_a_large_call_holds_nothing_up(client):
    (pid,) = client.warm()
    os.kill(pid, signal.Signals["SIGSTOP"])
    cancelled = client.call(text="x" * 150_000)
    time.sleep(0.2)
    client.ask("DELETE", f"/api/v1/jobs/{cancelled}")
    assert client.wait(cancelled, seconds=10)["state"] == "cancelled"
    assert client.run()["state"] == "done"


@pytest.mark.skipif(sys.platform == "win32", reason="processes are stopped otherwise there")
def test_a_worker_that_is_stopped_is_replaced_when_its_time_is_out(client):
    (pid,) = client.warm()
    os.kill(pid, signal.Signals["SIGSTOP"])
    assert client.run(text="x" * 150_000)["state"] == "done"


@pytest.mark.skipif(sys.platform == "win32", reason="processes are stopped otherwise there")
def test_the_server_stops_though_its_worker_is_stopped(tmp_path):
    with running(tmp_path) as client:
        (pid,) = client.warm()
        os.kill(pid, signal.Signals["SIGSTOP"])
        client.call(text="x" * 150_000)
        time.sleep(0.2)
    # that its thread has ended is asserted there


def test_an_answer_that_is_too_large_is_refused(client):
    found = client.run(do="much", size=LIMITS.answer)
    assert "för stort" in found["error"]["what"]
    assert client.run(do="much", size=LIMITS.answer // 2)["state"] == "done"


def test_no_more_wait_than_may(client):
    first = client.call(do="hang")
    client.wait(first, ("running",))
    waiting = [client.call() for _ in range(LIMITS.waiting)]
    answer = client.ask("POST", "/api/v1/commands/check", b"{}")
    assert answer.status == 503
    assert answer.headers["retry-after"] == "1"
    assert "upptagen" in answer.error["what"]
    client.ask("DELETE", f"/api/v1/jobs/{first}")
    for each in waiting:
        assert client.wait(each)["state"] == "done"


def test_an_unknown_job_is_not_found(client):
    for method, path in (("GET", ""), ("GET", "/events"), ("DELETE", "")):
        answer = client.ask(method, f"/api/v1/jobs/0123456789abcdef{path}")
        assert answer.status == 404
        assert "Kör kommandot igen" in answer.error["todo"]


def test_a_worker_that_cannot_start_says_why(tmp_path):
    (tmp_path / "trasig").mkdir()
    with running(tmp_path, inputs=tmp_path / "trasig") as client:
        assert client.run()["error"]["what"] == "Formuläret går inte att läsa."
        assert client.get("/api/v1/health").status == 200


def test_a_worker_that_dies_at_its_start_does_not_take_the_server_with_it(tmp_path):
    (tmp_path / "dör").mkdir()
    with running(tmp_path, inputs=tmp_path / "dör") as client:
        assert "går inte att starta" in client.run()["error"]["what"]


def test_a_worn_worker_is_replaced(tmp_path):
    with running(tmp_path, limits=replace(LIMITS, jobs_per_worker=2)) as client:
        pids = [client.run()["answer"]["pid"] for _ in range(5)]
    assert pids[0] == pids[1] != pids[2] == pids[3] != pids[4]


def test_the_server_stops_with_a_stream_open_and_a_command_running(tmp_path):
    begun = time.monotonic()
    with running(tmp_path, limits=replace(LIMITS, command=60)) as client:
        [pid] = client.warm()
        job = client.call(do="hang")
        lines = []
        listener = threading.Thread(target=lambda: lines.extend(_until_gone(client, job)))
        listener.start()
        client.wait(job, ("running",))
        begun = time.monotonic()
    assert time.monotonic() - begun < 10
    listener.join(5)
    assert not listener.is_alive()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def _until_gone(client, job):
    try:
        yield from events(client, job)
    except (OSError, HTTPException):
        return  # cut off


# The registry by itself, with a clock of our own.


def ended(jobs, size=10):
    job = jobs.add("check", b"body", "")
    assert jobs.next() is job
    jobs.finish(job, b"x" * size)
    return job


def test_answers_are_forgotten_after_a_time():
    now = [0.0]
    jobs = Jobs(Limits(), clock=lambda: now[0])
    job = ended(jobs)
    now[0] = Limits.kept_seconds - 1
    assert jobs.get(job.id) is job
    now[0] = Limits.kept_seconds + 1
    with pytest.raises(Refused, match="finns inte kvar"):
        jobs.get(job.id)


def test_only_so_many_answers_and_bytes_are_kept_and_the_newest_always():
    jobs = Jobs(Limits(kept=3, kept_bytes=100))
    first, *rest = [ended(jobs) for _ in range(4)]
    assert [jobs.get(each.id) for each in rest] == rest
    with pytest.raises(Refused):
        jobs.get(first.id)
    large = ended(jobs, 1000)
    assert jobs.get(large.id) is large
    for each in rest:
        with pytest.raises(Refused):
            jobs.get(each.id)


def test_the_first_worker_gets_the_work_and_the_second_only_when_it_is_busy():
    jobs = Jobs(Limits())
    took = []

    def serve(rank, release):
        while (job := jobs.next(rank)) is not None:
            took.append((rank, job.id))
            release.wait(10)
            jobs.finish(job, b"1")

    releases = [threading.Event(), threading.Event()]
    threads = [threading.Thread(target=serve, args=each) for each in enumerate(releases)]
    for each in threads:
        each.start()
    _until(lambda: jobs._idle == {0, 1})
    releases[1].set()
    first, second = jobs.add("check", b"", ""), jobs.add("check", b"", "")
    _until(lambda: len(took) == 2)
    assert sorted(took) == [(0, first.id), (1, second.id)]
    releases[0].set()
    for n in range(3):
        _until(lambda: jobs._idle == {0, 1})
        jobs.add("check", b"", "")
        _until(lambda n=n: len(took) == 3 + n)
    assert [rank for rank, _ in took[2:]] == [0, 0, 0]
    jobs.close()
    for each in threads:
        each.join(5)


def _until(true, seconds=10):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.005)


def test_a_body_is_let_go_of_when_the_job_has_ended():
    assert ended(Jobs(Limits())).body == b""


def test_a_final_state_stays():
    jobs = Jobs(Limits())
    job = ended(jobs)
    jobs.fail(job, RamkollError("Fel.", todo="Inget."))
    jobs.stop(job)
    assert job.state == "done"
    assert job.error is None


def test_a_job_cancelled_while_it_finished_is_cancelled():
    jobs = Jobs(Limits())
    job = jobs.add("check", b"", "")
    jobs.next()
    jobs.cancel(job.id)
    jobs.finish(job, b'{"stor":1}')
    assert job.state == "cancelled"
    assert json.loads(job.line())["answer"] is None
