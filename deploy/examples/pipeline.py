"""Trains in PySpark: spark-submit --jars coppice-all.jar --py-files coppice-VERSION-py3-none-any.whl pipeline.py OUTPUT"""

import sys

from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.evaluation import MulticlassClassificationEvaluator
from pyspark.sql import SparkSession

import coppice

spark = SparkSession.builder.appName("pipeline.py").getOrCreate()
train, test = coppice.sample(spark)  # a label and an image in every row

classifier = coppice.ChannelSparseClassifier(
    featuresCol="image",
    network="resnet8",
    budget="36 %",
    maxIter=4,
    settings=["data.channels=1"],
)
model = Pipeline(stages=[classifier]).fit(train)
model.write().overwrite().save(sys.argv[1])

summary = model.stages[0].summary
print("loss by epoch:", [round(loss, 3) for loss in summary.objectiveHistory])
print("FLOPs kept: %.1f %%" % (100 * summary.flopsRatio))

predicted = PipelineModel.load(sys.argv[1]).transform(test)
evaluator = MulticlassClassificationEvaluator(metricName="accuracy")
print("accuracy of pipeline.py: %.3f" % evaluator.evaluate(predicted))
spark.stop()
