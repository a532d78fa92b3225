"""Channel-sparse training of convolutional networks, in PySpark.

What runs is the jar of Coppice, which the session needs to have::

    spark-submit --jars coppice-all.jar --py-files coppice-VERSION-py3-none-any.whl program.py

Importing this package makes ``PipelineModel.load`` know the stages in it.
"""

from coppice.ml import (
    ChannelSparseClassificationModel,
    ChannelSparseClassifier,
    ChannelSparseTrainingSummary,
    sample,
)

__all__ = [
    "ChannelSparseClassificationModel",
    "ChannelSparseClassifier",
    "ChannelSparseTrainingSummary",
    "sample",
]
