"""Checks a DAG of Airflow without Airflow: python3 check_dag.py DAG prints the commands in it as JSON.

Calls are held against the parameters of the operators themselves, of apache-airflow-providers-apache-spark 6.2.0,
apache-airflow-providers-standard 1.9.0 and Airflow 3.1: a name that is none of theirs would end the DAG's import.
"""

import ast
import json
import sys

TASK = {
    "task_id", "retries", "retry_delay", "retry_exponential_backoff", "max_retry_delay", "trigger_rule",
    "execution_timeout", "on_failure_callback", "pool", "priority_weight", "queue", "depends_on_past", "doc_md",
}
PARAMETERS = {
    "DAG": {
        "dag_id", "description", "schedule", "start_date", "end_date", "catchup", "max_active_runs", "tags",
        "default_args", "dagrun_timeout", "on_failure_callback", "params", "doc_md",
    },
    "SparkSubmitOperator": TASK | {
        "application", "conf", "conn_id", "files", "py_files", "archives", "driver_class_path", "jars", "java_class",
        "packages", "exclude_packages", "repositories", "total_executor_cores", "executor_cores", "executor_memory",
        "driver_memory", "keytab", "principal", "proxy_user", "name", "num_executors", "status_poll_interval",
        "application_args", "env_vars", "verbose", "spark_binary", "properties_file", "yarn_queue", "deploy_mode",
        "use_krb5ccache",
    },
    "BashOperator": TASK | {
        "bash_command", "env", "append_env", "output_encoding", "skip_on_exit_code", "cwd", "output_processor",
    },
}
# What Airflow fills in; anything else that is a template would reach the program as it is.
TEMPLATED = {
    "SparkSubmitOperator": {"application", "conf", "files", "name", "application_args", "env_vars", "properties_file"},
    "BashOperator": {"bash_command", "env", "cwd"},
}
MODULES = {
    "DAG": "airflow",
    "SparkSubmitOperator": "airflow.providers.apache.spark.operators.spark_submit",
    "BashOperator": "airflow.providers.standard.operators.bash",
}

tree = ast.parse(open(sys.argv[1], encoding="utf-8").read())
names, commands, imported, seen = {}, {}, {}, {}


def value(node):
    """What an expression of constants comes to."""
    if isinstance(node, ast.Name):
        return names[node.id]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return value(node.left) + value(node.right)
    if isinstance(node, ast.List):
        return [value(each) for each in node.elts]
    if isinstance(node, ast.Dict):
        return {value(key): value(each) for key, each in zip(node.keys, node.values)}
    return ast.literal_eval(node)


for node in tree.body:
    if isinstance(node, ast.ImportFrom):
        imported.update({alias.name: node.module for alias in node.names})
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
        names[node.targets[0].id] = node.value.value

for call in ast.walk(tree):
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in PARAMETERS):
        continue
    kind = call.func.id
    assert imported[kind] == MODULES[kind], f"{kind} is imported from {imported[kind]}, expected {MODULES[kind]}"
    assert not call.args, f"{kind}: expected arguments by name"
    arguments = {keyword.arg: keyword.value for keyword in call.keywords}
    unknown = set(arguments) - PARAMETERS[kind]
    assert not unknown, f"{kind} has no such parameters: {sorted(unknown)}"
    for name, node in arguments.items():
        if kind in TEMPLATED and "{{" in ast.unparse(node):
            assert name in TEMPLATED[kind], f"{kind}.{name} is no template"
    seen.setdefault(kind, []).append(arguments)
    if kind == "SparkSubmitOperator":
        commands["retrain"] = value(arguments["application_args"])
        commands["class"] = value(arguments["java_class"])
        commands["memory"] = [value(arguments["executor_memory"]), value(arguments["conf"])["spark.executor.memoryOverhead"]]
    if kind == "BashOperator":
        commands["outcome"] = value(arguments["bash_command"])

assert {kind: len(calls) for kind, calls in seen.items()} == {"DAG": 1, "SparkSubmitOperator": 1, "BashOperator": 1}, seen
assert value(seen["DAG"][0]["catchup"]) is False
assert value(seen["BashOperator"][0]["trigger_rule"]) == "all_done"
print(json.dumps(commands))
