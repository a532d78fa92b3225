// Chooses a budget by cross validation: spark-shell --jars coppice-all.jar -i pipeline.scala
import io.coppice.ml.{ChannelSparseClassificationModel, ChannelSparseClassifier}
import io.coppice.source.{FileSource, ImageTable}
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator
import org.apache.spark.ml.tuning.{CrossValidator, ParamGridBuilder}

val train = ImageTable.train(spark, FileSource.sample()) // a label and an image in every row
val test = ImageTable.test(spark, FileSource.sample())

val classifier = new ChannelSparseClassifier()
  .setFeaturesCol("image")
  .setNetwork("resnet8")
  .setMaxIter(2)
  .setSettings("data.channels=1")
val evaluator = new MulticlassClassificationEvaluator().setMetricName("accuracy")
val validated = new CrossValidator()
  .setEstimator(classifier)
  .setEstimatorParamMaps(
    new ParamGridBuilder().addGrid(classifier.budget, Seq("15 %", "36 %")).build())
  .setEvaluator(evaluator)
  .setNumFolds(2)
  .setParallelism(2)
  .setSeed(1)
  .fit(train)

println("accuracy at 15 and 36 %: " + validated.avgMetrics.map(x => f"$x%.3f").mkString(", "))
val best = validated.bestModel.asInstanceOf[ChannelSparseClassificationModel]
println(f"FLOPs kept by the better one: ${100 * best.summary.flopsRatio}%.1f %%")
println(f"accuracy of pipeline.scala: ${evaluator.evaluate(validated.transform(test))}%.3f")
