package io.coppice;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the house go down only. */
@AnalyzeClasses(packages = "io.coppice", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule packages_dependOnlyOnThoseBelow =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("image")
          .definedBy("io.coppice.image..")
          .layer("random")
          .definedBy("io.coppice.random..")
          .layer("network")
          .definedBy("io.coppice.network..")
          .layer("exchange")
          .definedBy("io.coppice.exchange..")
          .layer("structure")
          .definedBy("io.coppice.structure..")
          .layer("data")
          .definedBy("io.coppice.data..")
          .layer("onednn")
          .definedBy("io.coppice.onednn..")
          .layer("compact")
          .definedBy("io.coppice.compact..")
          .layer("artifact")
          .definedBy("io.coppice.artifact..")
          .layer("model")
          .definedBy("io.coppice.model..")
          .layer("export")
          .definedBy("io.coppice.export..")
          .layer("train")
          .definedBy("io.coppice.train..")
          .layer("strategy")
          .definedBy("io.coppice.strategy..")
          .layer("timing")
          .definedBy("io.coppice.timing..")
          .whereLayer("strategy")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("timing")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("train")
          .mayOnlyBeAccessedByLayers("strategy")
          .whereLayer("export")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("model")
          .mayOnlyBeAccessedByLayers("export")
          .whereLayer("artifact")
          .mayOnlyBeAccessedByLayers("model", "train", "strategy")
          .whereLayer("exchange")
          .mayOnlyBeAccessedByLayers("model", "export", "train", "strategy")
          .whereLayer("compact")
          .mayOnlyBeAccessedByLayers(
              "train", "strategy", "timing", "artifact", "model", "export", "exchange")
          .whereLayer("onednn")
          .mayOnlyBeAccessedByLayers("compact", "train")
          .whereLayer("data")
          .mayOnlyBeAccessedByLayers("model", "export", "train", "strategy")
          .whereLayer("image")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("network")
          .mayOnlyBeAccessedByLayers(
              "exchange",
              "onednn",
              "compact",
              "artifact",
              "model",
              "export",
              "train",
              "strategy",
              "timing")
          .whereLayer("structure")
          .mayOnlyBeAccessedByLayers("compact", "artifact", "model", "train", "strategy", "timing")
          .whereLayer("random")
          .mayOnlyBeAccessedByLayers("structure", "data", "compact", "train", "strategy", "timing");

  @ArchTest
  static final ArchRule core_knowsNothingOfSpark =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "scala..");

  @ArchTest
  static final ArchRule onednn_aloneTouchesJavaCpp =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.coppice.onednn..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.bytedeco..");

  @ArchTest
  static final ArchRule core_needsNoDl4j =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.deeplearning4j..", "org.nd4j..", "onnx..");

  @ArchTest
  static final ArchRule image_usesNothingOfOurs =
      noClasses()
          .that()
          .resideInAPackage("io.coppice.image..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.coppice..").and(not(resideInAPackage("io.coppice.image.."))));

  @ArchTest
  static final ArchRule image_aloneTouchesTheRuntimesImages =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.coppice.image..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.awt..", "javax.imageio..");

  @ArchTest
  static final ArchRule nobody_deserialisesJavaObjects =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.io.ObjectInputStream");
}
