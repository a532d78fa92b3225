"""Asserts in a real PySpark what the package promises: check_pyspark.py DIRECTORY."""

import sys

from pyspark.errors.exceptions.captured import IllegalArgumentException
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.evaluation import MulticlassClassificationEvaluator
from pyspark.ml.feature import IndexToString, StringIndexer
from pyspark.ml.linalg import Vectors
from pyspark.ml.tuning import CrossValidator, ParamGridBuilder
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

import coppice

directory = sys.argv[1]
spark = SparkSession.builder.appName("check").getOrCreate()
train, test = (rows.limit(300).cache() for rows in coppice.sample(spark))
classifier = coppice.ChannelSparseClassifier(
    network="resnet8",
    featuresCol="image",
    batchSize=48,
    maxIter=1,
    granularity=2,
    budget="0.4",
    settings=[
        "network.width=0.5",
        "finish.statisticsBatches=2",
        "finish.candidates=1",
        "data.channels=1",
    ],
)


def refused(stage, message):
    try:
        stage.fit(train)
    except IllegalArgumentException as e:
        assert message in str(e), str(e)
    else:
        raise AssertionError("expected a refusal: " + message)


assert "(default: 0.36, current: 0.4)" in classifier.explainParam("budget")
assert "(default: 1)" in classifier.explainParam("seed")
assert coppice.ChannelSparseClassifier().getSettings() == []
refused(classifier.copy().setBudget("much"), "found 'much'")
refused(classifier.copy().setFeaturesCol("x"), "expected a column x (featuresCol)")

model = classifier.fit(train)
predicted = model.transform(test)
expected = predicted.select("prediction").collect()
summary = model.summary
assert summary.totalIterations == len(summary.objectiveHistory) == len(summary.accuracyHistory) >= 1
assert 0.2 < summary.flopsRatio <= 0.4 and 0 < summary.parametersRatio < 1
assert all(channels > 0 for channels in summary.keptChannels.values())
assert model.numClasses == 10 and model.numFeatures == 784 and model.labels[9] == "9"
black = Vectors.dense([0.0] * 784)
probabilities = model.copy().setPixelMaximum(255.0).predictProbability(black)
assert abs(sum(probabilities) - 1) < 1e-9
assert model.copy().setPixelMaximum(255.0).predict(black) == float(probabilities.argmax())

# Rows that go on to a process of Python are asked for by another thread.
argmax = F.udf(lambda vector: float(vector.argmax()), "double")
assert all(a == b for a, b in predicted.select("prediction", argmax("probability")).collect())

classifier.save(directory + "/classifier")
loaded = coppice.ChannelSparseClassifier.load(directory + "/classifier")
assert loaded.uid == classifier.uid and loaded.getSettings() == classifier.getSettings()
model.save(directory + "/model")
saved = coppice.ChannelSparseClassificationModel.load(directory + "/model")
assert saved.transform(test).select("prediction").collect() == expected
assert model.hasSummary and not saved.hasSummary

named = train.withColumn("name", F.concat(F.lit("kind "), F.col("label").cast("string")))
pipeline = Pipeline(
    stages=[
        StringIndexer(inputCol="name", outputCol="index", stringOrderType="alphabetDesc"),
        classifier.copy().setLabelCol("index"),
        IndexToString(inputCol="prediction", outputCol="predicted"),
    ]
)
fitted = pipeline.fit(named)
rows = fitted.transform(named).select("prediction", "predicted").collect()
assert all(row.predicted == "kind %d" % (9 - row.prediction) for row in rows)
fitted.save(directory + "/fitted")
again = PipelineModel.load(directory + "/fitted")
assert again.transform(named).select("prediction", "predicted").collect() == rows
pipeline.save(directory + "/pipeline")
assert len(Pipeline.load(directory + "/pipeline").getStages()) == 3

validated = CrossValidator(
    estimator=classifier,
    estimatorParamMaps=ParamGridBuilder().addGrid(classifier.budget, ["0.2", "0.6"]).build(),
    evaluator=MulticlassClassificationEvaluator(metricName="logLoss"),
    numFolds=2,
    parallelism=2,
    seed=1,
).fit(train)
assert len(validated.avgMetrics) == 2 and all(0 < loss < 10 for loss in validated.avgMetrics)
print("PySpark %s: all as promised" % spark.version)
spark.stop()
