package io.coppice.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.coppice.config.RunConfig.Cost;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How much of a network's cost may remain: a share of the dense network's, such as {@code 0.36} or
 * {@code 36 %}, or an amount, such as {@code 8M parameters}, {@code 1.2 GFLOPs}, {@code 300
 * channels}, {@code 25 ms} or, without a unit, {@code 8M} of whatever the cost counts.
 */
public final class StructureBudget {

  private static final String EXPECTED =
      "a share of the dense network's cost, such as 0.36 or 36 %, or an amount, such as 8M"
          + " parameters, 120 MFLOPs, 300 channels or 25 ms";

  /** A number, what it is multiplied by, and of what. */
  private static final Pattern FORM =
      Pattern.compile(
          "([0-9]{1,15}(?:\\.[0-9]{1,15})?(?:[eE]-?[0-9]{1,2})?)\\s*([kMG]?)\\s*([A-Za-z]*|%)");

  private static final int KILO = 3;
  private static final int MEGA = 6;
  private static final int GIGA = 9;

  private final BigDecimal amount;
  private final @Nullable Cost cost;
  private final boolean share;

  /**
   * @param cost what an amount is one of; null if it does not say
   */
  private StructureBudget(BigDecimal amount, @Nullable Cost cost, boolean share) {
    this.amount = amount.signum() == 0 ? BigDecimal.ZERO : amount.stripTrailingZeros();
    this.cost = cost;
    this.share = share;
  }

  /**
   * A share of the dense network's cost.
   *
   * @throws IllegalArgumentException if it is not in [0, 1]
   */
  public static StructureBudget ofShare(double share) {
    return ofShare(BigDecimal.valueOf(share));
  }

  private static StructureBudget ofShare(BigDecimal share) {
    if (share.signum() < 0 || share.compareTo(BigDecimal.ONE) > 0) {
      throw new IllegalArgumentException(
          "must be at least 0 and at most 1 where it is a share, found "
              + share.toPlainString()
              + "; an amount has a unit, such as 300 channels");
    }
    return new StructureBudget(share, null, true);
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException saying what is expected instead
   */
  public static StructureBudget parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw unknown(text);
    }
    BigDecimal number = new BigDecimal(form.group(1));
    String prefix = form.group(2);
    String unit = form.group(3).toLowerCase(Locale.ROOT);
    if (prefix.isEmpty() && unit.isEmpty()) {
      return ofShare(number);
    }
    if (prefix.isEmpty() && unit.equals("%")) {
      return ofShare(number.movePointLeft(2));
    }
    if (prefix.isEmpty() && (unit.equals("ms") || unit.equals("s"))) {
      return new StructureBudget(
          number.movePointRight(unit.equals("s") ? KILO : 0), Cost.TIME, false);
    }
    BigDecimal amount = number.movePointRight(exponent(prefix));
    return switch (unit) {
      case "" -> new StructureBudget(amount, null, false);
      case "flops", "flop" -> new StructureBudget(amount, Cost.FLOPS, false);
      case "parameters", "parameter" -> new StructureBudget(amount, Cost.PARAMETERS, false);
      case "channels", "channel" -> new StructureBudget(amount, Cost.CHANNELS, false);
      default -> throw unknown(text);
    };
  }

  private static IllegalArgumentException unknown(String text) {
    return new IllegalArgumentException("must be " + EXPECTED + ", found '" + text + "'");
  }

  private static int exponent(String prefix) {
    return switch (prefix) {
      case "k" -> KILO;
      case "M" -> MEGA;
      case "G" -> GIGA;
      default -> 0;
    };
  }

  /** Why it cannot be a budget of some cost; empty if it can. */
  Optional<String> contradiction(Cost counted) {
    if (cost == null || cost == counted) {
      return Optional.empty();
    }
    return Optional.of(
        "'structure.budget' ("
            + this
            + ") is an amount of "
            + unit(cost)
            + ", and 'structure.cost' ("
            + ConfigPrinter.spelling(counted)
            + ") counts "
            + unit(counted)
            + "; write 'structure.cost: "
            + ConfigPrinter.spelling(cost)
            + "', or another budget");
  }

  /** The most that may remain of a network that costs so much when it is dense. */
  public double limit(double denseCost) {
    return share ? amount.doubleValue() * denseCost : amount.doubleValue();
  }

  /** Some amount of a cost for a person, in four digits. */
  public static String describe(double amount, Cost cost) {
    return switch (cost) {
      case FLOPS -> prefixed(amount, " ") + "FLOPs an image";
      case PARAMETERS -> prefixed(amount, "") + " parameters";
      case CHANNELS -> prefixed(amount, "") + " channels";
      case TIME ->
          String.format(Locale.ROOT, amount < 100 ? "%.1f ms a round" : "%.0f ms a round", amount);
    };
  }

  private static String prefixed(double amount, String gap) {
    int exponent = amount >= 1e9 ? GIGA : amount >= 1e6 ? MEGA : amount >= 1e5 ? KILO : 0;
    double number = amount / Math.pow(10, exponent);
    String digits =
        exponent == 0
            ? String.format(Locale.ROOT, "%.0f", number)
            : String.format(
                Locale.ROOT, number < 10 ? "%.3f" : number < 100 ? "%.2f" : "%.1f", number);
    return digits + (exponent == 0 ? gap : gap + prefix(exponent));
  }

  private static String prefix(int exponent) {
    return switch (exponent) {
      case GIGA -> "G";
      case MEGA -> "M";
      case KILO -> "k";
      default -> "";
    };
  }

  /** As it stands in a configuration's JSON: a share is a number there. */
  JsonNode toJson() {
    return share ? new DoubleNode(amount.doubleValue()) : new TextNode(toString());
  }

  private static String unit(Cost cost) {
    return switch (cost) {
      case FLOPS -> "FLOPs";
      case PARAMETERS, CHANNELS -> ConfigPrinter.spelling(cost);
      case TIME -> "ms";
    };
  }

  /** In the form that {@link #parse} reads. */
  @Override
  public String toString() {
    if (share) {
      return String.valueOf(amount.doubleValue());
    }
    if (cost == Cost.TIME) {
      return amount.toPlainString() + " " + unit(cost);
    }
    int exponent = 0;
    for (int larger : new int[] {KILO, MEGA, GIGA}) {
      if (amount.compareTo(BigDecimal.ONE.movePointRight(larger)) >= 0) {
        exponent = larger;
      }
    }
    String number = amount.movePointLeft(exponent).stripTrailingZeros().toPlainString();
    if (cost == null) {
      // Without a prefix it would be a share.
      return exponent == 0
          ? amount.movePointLeft(KILO).toPlainString() + "k"
          : number + prefix(exponent);
    }
    return cost == Cost.FLOPS
        ? number + " " + prefix(exponent) + unit(cost)
        : number + prefix(exponent) + " " + unit(cost);
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof StructureBudget other
        && amount.equals(other.amount)
        && cost == other.cost
        && share == other.share;
  }

  @Override
  public int hashCode() {
    return Objects.hash(amount, cost, share);
  }
}
