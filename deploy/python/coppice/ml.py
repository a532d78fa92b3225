"""The estimator and the model of ``io.coppice.ml`` in PySpark: everything is done there."""

import sys
from typing import Any, Dict, List, Optional, Tuple

from pyspark import keyword_only
from pyspark.ml.linalg import Vector
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.param.shared import (
    HasFeaturesCol,
    HasLabelCol,
    HasMaxIter,
    HasPredictionCol,
    HasProbabilityCol,
    HasRawPredictionCol,
    HasStepSize,
    HasThresholds,
    HasValidationIndicatorCol,
)
from pyspark.ml.util import JavaMLReadable, JavaMLReader, JavaMLWritable
from pyspark.ml.wrapper import JavaEstimator, JavaModel, JavaWrapper
from pyspark.sql import DataFrame, SparkSession

_PACKAGE = "io.coppice.ml"

# A saved pipeline names the class of each stage in the JVM, which PySpark imports by that name.
sys.modules[_PACKAGE] = sys.modules[__name__]


class _Reader(JavaMLReader):
    @classmethod
    def _java_loader_class(cls, clazz: Any) -> str:
        return _PACKAGE + "." + clazz.__name__


class _Readable(JavaMLReadable):
    @classmethod
    def read(cls) -> _Reader:
        """Gives a reader of what was saved."""
        return _Reader(cls)


class _ImageParams(
    HasFeaturesCol,
    HasLabelCol,
    HasPredictionCol,
    HasProbabilityCol,
    HasRawPredictionCol,
    HasThresholds,
):
    pixelMaximum = Param(
        Params._dummy(),
        "pixelMaximum",
        "the number that is full white in arrays and vectors, 1 or 255 for most; 0: 255, for whole numbers only",
        typeConverter=TypeConverters.toFloat,
    )
    resize = Param(
        Params._dummy(),
        "resize",
        "pixels of the shorter side to which images are scaled before their middle is cut out; 0: as many as imageSize",
        typeConverter=TypeConverters.toInt,
    )
    handleInvalid = Param(
        Params._dummy(),
        "handleInvalid",
        "what a row leads to whose features are null or cannot be read: error, or skip, which passes it over",
        typeConverter=TypeConverters.toString,
    )

    def getPixelMaximum(self) -> float:
        return self.getOrDefault(self.pixelMaximum)

    def getResize(self) -> int:
        return self.getOrDefault(self.resize)

    def getHandleInvalid(self) -> str:
        return self.getOrDefault(self.handleInvalid)

    def setFeaturesCol(self, value: str) -> Any:
        return self._set(featuresCol=value)

    def setPredictionCol(self, value: str) -> Any:
        return self._set(predictionCol=value)

    def setProbabilityCol(self, value: str) -> Any:
        return self._set(probabilityCol=value)

    def setRawPredictionCol(self, value: str) -> Any:
        return self._set(rawPredictionCol=value)

    def setThresholds(self, value: List[float]) -> Any:
        return self._set(thresholds=value)

    def setPixelMaximum(self, value: float) -> Any:
        return self._set(pixelMaximum=value)

    def setResize(self, value: int) -> Any:
        return self._set(resize=value)

    def setHandleInvalid(self, value: str) -> Any:
        return self._set(handleInvalid=value)


class ChannelSparseClassifier(
    JavaEstimator,
    _ImageParams,
    HasMaxIter,
    HasStepSize,
    HasValidationIndicatorCol,
    JavaMLWritable,
    _Readable,
):
    """Trains a channel-sparse convolutional network of the rows of a data frame.

    Features are image files, Spark's image structs, or arrays or vectors of numbers that ``imageShape`` and
    ``pixelMaximum`` describe; labels are numbers. ``explainParams()`` lists the parameters. What has none of its own is
    a key of the configuration in ``settings``, such as ``["training.labelSmoothing=0.1"]``.
    """

    network = Param(
        Params._dummy(),
        "network",
        "resnet20, vgg16, wrn-28-10, mobilenet, ...",
        typeConverter=TypeConverters.toString,
    )
    # Not PySpark's own, whose default is a hash of the class's name.
    seed = Param(
        Params._dummy(),
        "seed",
        "seed of all random numbers: the same one gives the same bits",
        typeConverter=TypeConverters.toInt,
    )
    batchSize = Param(
        Params._dummy(),
        "batchSize",
        "images a step, over all shards",
        typeConverter=TypeConverters.toInt,
    )
    budget = Param(
        Params._dummy(),
        "budget",
        "what may remain of the network: a share (0.36, 36 %) or an amount (15 MFLOPs, 8M parameters, 25 ms)",
        typeConverter=TypeConverters.toString,
    )
    cost = Param(
        Params._dummy(),
        "cost",
        "what the budget counts: flops, parameters, channels, time",
        typeConverter=TypeConverters.toString,
    )
    strategy = Param(
        Params._dummy(),
        "strategy",
        "how it is learned which channels stay: shares, anchor, sampled, magnitude, taylor, uniform, random, dense",
        typeConverter=TypeConverters.toString,
    )
    granularity = Param(
        Params._dummy(),
        "granularity",
        "channels kept or removed together",
        typeConverter=TypeConverters.toInt,
    )
    numShards = Param(
        Params._dummy(),
        "numShards",
        "fixed slices of the training images, each a task of every round; results depend on it, not on executors",
        typeConverter=TypeConverters.toInt,
    )
    startFrom = Param(
        Params._dummy(),
        "startFrom",
        "trained network of the same layers to start from",
        typeConverter=TypeConverters.toString,
    )
    checkpointDir = Param(
        Params._dummy(),
        "checkpointDir",
        "directory of checkpoints and results; each fit has one of its own in it, and goes on from there",
        typeConverter=TypeConverters.toString,
    )
    imageShape = Param(
        Params._dummy(),
        "imageShape",
        "shape of images that are arrays or vectors: channels, rows and columns, such as 3x32x32",
        typeConverter=TypeConverters.toString,
    )
    imageSize = Param(
        Params._dummy(),
        "imageSize",
        "rows and columns to which image files and image structs are scaled and cut; 0: as they are, all alike",
        typeConverter=TypeConverters.toInt,
    )
    settings = Param(
        Params._dummy(),
        "settings",
        "other keys of the configuration as KEY=VALUE",
        typeConverter=TypeConverters.toListString,
    )

    _input_kwargs: Dict[str, Any]

    @keyword_only
    def __init__(
        self,
        *,
        featuresCol: str = "features",
        labelCol: str = "label",
        predictionCol: str = "prediction",
        probabilityCol: str = "probability",
        rawPredictionCol: str = "rawPrediction",
        thresholds: Optional[List[float]] = None,
        network: Optional[str] = None,
        maxIter: Optional[int] = None,
        stepSize: Optional[float] = None,
        batchSize: Optional[int] = None,
        seed: Optional[int] = None,
        budget: Optional[str] = None,
        cost: Optional[str] = None,
        strategy: Optional[str] = None,
        granularity: Optional[int] = None,
        numShards: Optional[int] = None,
        startFrom: Optional[str] = None,
        checkpointDir: Optional[str] = None,
        validationIndicatorCol: Optional[str] = None,
        imageShape: Optional[str] = None,
        imageSize: Optional[int] = None,
        pixelMaximum: Optional[float] = None,
        resize: Optional[int] = None,
        handleInvalid: Optional[str] = None,
        settings: Optional[List[str]] = None,
    ):
        super().__init__()
        self._java_obj = self._new_java_obj(_PACKAGE + ".ChannelSparseClassifier", self.uid)
        # The defaults are the JVM's, so that there is one place for them.
        self._transfer_params_from_java()
        self._setDefault(settings=[])
        self.setParams(**self._input_kwargs)

    @keyword_only
    def setParams(
        self,
        *,
        featuresCol: str = "features",
        labelCol: str = "label",
        predictionCol: str = "prediction",
        probabilityCol: str = "probability",
        rawPredictionCol: str = "rawPrediction",
        thresholds: Optional[List[float]] = None,
        network: Optional[str] = None,
        maxIter: Optional[int] = None,
        stepSize: Optional[float] = None,
        batchSize: Optional[int] = None,
        seed: Optional[int] = None,
        budget: Optional[str] = None,
        cost: Optional[str] = None,
        strategy: Optional[str] = None,
        granularity: Optional[int] = None,
        numShards: Optional[int] = None,
        startFrom: Optional[str] = None,
        checkpointDir: Optional[str] = None,
        validationIndicatorCol: Optional[str] = None,
        imageShape: Optional[str] = None,
        imageSize: Optional[int] = None,
        pixelMaximum: Optional[float] = None,
        resize: Optional[int] = None,
        handleInvalid: Optional[str] = None,
        settings: Optional[List[str]] = None,
    ) -> "ChannelSparseClassifier":
        """Sets parameters by their names."""
        return self._set(**self._input_kwargs)

    def _create_model(self, java_model: Any) -> "ChannelSparseClassificationModel":
        return ChannelSparseClassificationModel(java_model)

    def setLabelCol(self, value: str) -> "ChannelSparseClassifier":
        return self._set(labelCol=value)

    def setNetwork(self, value: str) -> "ChannelSparseClassifier":
        return self._set(network=value)

    def getNetwork(self) -> str:
        return self.getOrDefault(self.network)

    def setMaxIter(self, value: int) -> "ChannelSparseClassifier":
        return self._set(maxIter=value)

    def setStepSize(self, value: float) -> "ChannelSparseClassifier":
        return self._set(stepSize=value)

    def setBatchSize(self, value: int) -> "ChannelSparseClassifier":
        return self._set(batchSize=value)

    def getBatchSize(self) -> int:
        return self.getOrDefault(self.batchSize)

    def setSeed(self, value: int) -> "ChannelSparseClassifier":
        return self._set(seed=value)

    def getSeed(self) -> int:
        return self.getOrDefault(self.seed)

    def setBudget(self, value: Any) -> "ChannelSparseClassifier":
        """Sets what may remain: a text, or a number, which is a share."""
        return self._set(budget=str(value))

    def getBudget(self) -> str:
        return self.getOrDefault(self.budget)

    def setCost(self, value: str) -> "ChannelSparseClassifier":
        return self._set(cost=value)

    def getCost(self) -> str:
        return self.getOrDefault(self.cost)

    def setStrategy(self, value: str) -> "ChannelSparseClassifier":
        return self._set(strategy=value)

    def getStrategy(self) -> str:
        return self.getOrDefault(self.strategy)

    def setGranularity(self, value: int) -> "ChannelSparseClassifier":
        return self._set(granularity=value)

    def getGranularity(self) -> int:
        return self.getOrDefault(self.granularity)

    def setNumShards(self, value: int) -> "ChannelSparseClassifier":
        return self._set(numShards=value)

    def getNumShards(self) -> int:
        return self.getOrDefault(self.numShards)

    def setStartFrom(self, value: str) -> "ChannelSparseClassifier":
        return self._set(startFrom=value)

    def getStartFrom(self) -> str:
        return self.getOrDefault(self.startFrom)

    def setCheckpointDir(self, value: str) -> "ChannelSparseClassifier":
        return self._set(checkpointDir=value)

    def getCheckpointDir(self) -> str:
        return self.getOrDefault(self.checkpointDir)

    def setValidationIndicatorCol(self, value: str) -> "ChannelSparseClassifier":
        return self._set(validationIndicatorCol=value)

    def setImageShape(self, value: str) -> "ChannelSparseClassifier":
        return self._set(imageShape=value)

    def getImageShape(self) -> str:
        return self.getOrDefault(self.imageShape)

    def setImageSize(self, value: int) -> "ChannelSparseClassifier":
        return self._set(imageSize=value)

    def getImageSize(self) -> int:
        return self.getOrDefault(self.imageSize)

    def setSettings(self, value: List[str]) -> "ChannelSparseClassifier":
        return self._set(settings=value)

    def getSettings(self) -> List[str]:
        return self.getOrDefault(self.settings)


class ChannelSparseClassificationModel(JavaModel, _ImageParams, JavaMLWritable, _Readable):
    """A trained channel-sparse network; ``transform`` computes it on the executors."""

    @property
    def numClasses(self) -> int:
        """Number of classes."""
        return self._call_java("numClasses")

    @property
    def numFeatures(self) -> int:
        """Number of values of one image."""
        return self._call_java("numFeatures")

    @property
    def labels(self) -> List[str]:
        """Names of the classes, in the order of their numbers."""
        return list(self._call_java("labels"))

    def predict(self, value: Vector) -> float:
        """Predicts the class of one image."""
        self._transfer_params_to_java()
        return self._call_java("predict", value)

    def predictRaw(self, value: Vector) -> Vector:
        """Gives the logits of one image."""
        self._transfer_params_to_java()
        return self._call_java("predictRaw", value)

    def predictProbability(self, value: Vector) -> Vector:
        """Gives the probabilities of the classes of one image."""
        self._transfer_params_to_java()
        return self._call_java("predictProbability", value)

    @property
    def hasSummary(self) -> bool:
        """Whether it was trained by this program."""
        return self._call_java("hasSummary")

    @property
    def summary(self) -> "ChannelSparseTrainingSummary":
        """What its training came to."""
        return ChannelSparseTrainingSummary(self._call_java("summary"))


class ChannelSparseTrainingSummary(JavaWrapper):
    """What a training came to."""

    @property
    def totalIterations(self) -> int:
        """Number of epochs, of training and fine-tuning."""
        return self._call_java("totalIterations")

    @property
    def objectiveHistory(self) -> List[float]:
        """Mean training loss of each epoch, nats."""
        return list(self._call_java("objectiveHistory"))

    @property
    def accuracyHistory(self) -> List[float]:
        """Training accuracy of each epoch, on augmented images."""
        return list(self._call_java("accuracyHistory"))

    @property
    def heldBackAccuracyHistory(self) -> List[float]:
        """Accuracy after each epoch on images that are held back from training."""
        return list(self._call_java("heldBackAccuracyHistory"))

    @property
    def validationAccuracy(self) -> float:
        """Accuracy on the rows that validationIndicatorCol marks."""
        return self._call_java("validationAccuracy")

    @property
    def validationLoss(self) -> float:
        """Mean cross-entropy on the rows that validationIndicatorCol marks, nats."""
        return self._call_java("validationLoss")

    @property
    def flopsRatio(self) -> float:
        """FLOPs of the compact network as a share of the full one's."""
        return self._call_java("flopsRatio")

    @property
    def parametersRatio(self) -> float:
        """Parameters of the compact network as a share of the full one's."""
        return self._call_java("parametersRatio")

    @property
    def keptChannels(self) -> Dict[str, int]:
        """Number of channels that were kept, by the group's name."""
        return dict(self._call_java("keptChannels"))

    @property
    def trainSeconds(self) -> float:
        """Wall time of all rounds in seconds."""
        return self._call_java("trainSeconds")

    @property
    def measuredSpeedup(self) -> float:
        """How many times faster a step of the compact network is than one of the full network."""
        return self._call_java("measuredSpeedup")


def sample(spark: SparkSession) -> Tuple[DataFrame, DataFrame]:
    """Gives the sample of Fashion-MNIST that ships, to train on and to test by: ``label`` and ``image``."""
    coppice = spark._jvm.io.coppice
    source = coppice.source.FileSource.sample()
    return tuple(
        DataFrame(rows(spark._jsparkSession, source), spark)
        for rows in (coppice.source.ImageTable.train, coppice.source.ImageTable.test)
    )
