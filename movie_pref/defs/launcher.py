"""Who starts the runs of a deployment: the code server, asked now and then whether the run still lives.

`deploy/dagster.yaml` names the class below. Elsewhere Dagster's own launcher does, which trusts that a run ends.
"""

from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus
from dagster._core.launcher.default_run_launcher import DefaultRunLauncher
from dagster._core.storage.dagster_run import DagsterRun
from dagster._grpc.types import CanCancelExecutionRequest, CanCancelExecutionResult
from dagster._serdes import deserialize_value


class AttentiveRunLauncher(DefaultRunLauncher):
    """Dagster's own launcher, which also tells a run that works from one whose code server was killed.

    Run monitoring asks it of each run that has started and not ended. A server that was started anew does not know the
    runs of the one before it; a run of which that is so has ended with it, and would block the queue for ever.
    """

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Whether the code server works on the run; as long as it does not answer, nothing is known and nothing is ended."""
        client = self._get_grpc_client_for_termination(run.run_id)
        if client is None:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        try:
            answer = client.can_cancel_execution(CanCancelExecutionRequest(run_id=run.run_id))
        except DagsterUserCodeUnreachableError:
            return CheckRunHealthResult(WorkerStatus.RUNNING, "the code server does not answer", transient=True)
        if deserialize_value(answer, CanCancelExecutionResult).can_cancel:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.FAILED, "the code server that worked on it was killed or started anew")
