"""Retrains every night by Airflow, with the operators of its providers for Apache Spark and standard.

The workers need: spark-submit of Spark 3.5 on their path; Coppice, unpacked in /opt/coppice; SPARK_HOME for it; and the
connection spark_default, whose cluster reads the same paths. Where Spark is YARN and Airflow 3.3 or later, also say
durable=False: a retraining goes on by itself.
"""

import datetime

from airflow import DAG
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.providers.standard.operators.bash import BashOperator

REGISTRY = "hdfs:///models/shoes"
DATA = "hdfs:///data/shoes"
CONFIG = "hdfs:///models/night.yaml"

with DAG(
    dag_id="coppice_retrain",
    description="Trains from the current model, and makes the new one current if it is as good",
    schedule="0 2 * * *",
    start_date=datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc),
    catchup=False,
    max_active_runs=1,
    tags=["coppice"],
) as dag:
    retrain = SparkSubmitOperator(
        task_id="retrain",
        conn_id="spark_default",
        deploy_mode="cluster",
        application="/opt/coppice/jars/coppice-all.jar",
        java_class="io.coppice.cli.Main",
        name="coppice-retrain-{{ ds }}",
        # Another try goes on where the one before was stopped, and takes the registry over from it.
        application_args=[
            "retrain",
            "--registry",
            REGISTRY,
            "--data",
            DATA,
            "--config",
            CONFIG,
            "--run-id",
            "{{ ds }}",
            "--take-over",
        ],
        # By: coppice plan --config conf/night.yaml --images 50000 --shape 3x32x32 --cluster "2 executors, 2 cores, 4g, 10 Gbit/s"
        num_executors=2,
        executor_cores=2,
        executor_memory="3542m",
        driver_memory="1g",
        conf={
            "spark.executor.memoryOverhead": "554m",
            "spark.driver.extraJavaOptions": "-XX:+UseParallelGC",
        },
        retries=3,
        retry_delay=datetime.timedelta(minutes=1),
    )
    # In deploy mode cluster spark-submit ends with 0 or 1, whatever the driver's code was. This ends with the driver's.
    outcome = BashOperator(
        task_id="outcome",
        bash_command="/opt/coppice/bin/coppice outcome --registry " + REGISTRY + " --run-id {{ ds }}",
        trigger_rule="all_done",
    )
    retrain >> outcome
