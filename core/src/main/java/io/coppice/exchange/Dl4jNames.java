package io.coppice.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import io.coppice.network.InvalidNetworkException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads names of layers within bounds, alone, in lists, and as the members of an object. */
final class Dl4jNames {

  /** Most layers and vertices of a network. */
  static final int MOST = 10_000;

  /** Most characters of a name. */
  static final int LONGEST = 150;

  private Dl4jNames() {}

  /** The only name of a list. */
  static String only(Dl4jObject json, String member) {
    List<String> names = list(json.member(member), member);
    if (names.size() != 1) {
      throw new InvalidNetworkException(member + ": a network has one, found " + names);
    }
    return names.get(0);
  }

  /** A list of names; an empty one where there is none. */
  static List<String> list(@Nullable JsonNode value, String where) {
    List<String> names = new ArrayList<>();
    if (value == null) {
      return names;
    }
    if (!value.isArray() || value.size() > MOST) {
      throw new InvalidNetworkException(
          where + ": expected a list of names, found " + Dl4jObject.shown(value));
    }
    for (JsonNode name : value) {
      if (!name.isTextual()) {
        throw new InvalidNetworkException(
            where + ": expected a name, found " + Dl4jObject.shown(name));
      }
      require(name.textValue(), where);
      names.add(name.textValue());
    }
    return names;
  }

  /** What an object says of every name, in its order. */
  static Map<String, JsonNode> members(Dl4jObject json, String member) {
    JsonNode value = json.member(member);
    if (value == null || !value.isObject() || value.size() > MOST) {
      throw new InvalidNetworkException(
          member + ": expected an object of at most " + MOST + " members");
    }
    Map<String, JsonNode> members = new LinkedHashMap<>();
    for (Iterator<Map.Entry<String, JsonNode>> i = value.fields(); i.hasNext(); ) {
      Map.Entry<String, JsonNode> entry = i.next();
      require(entry.getKey(), member);
      members.put(entry.getKey(), entry.getValue());
    }
    return members;
  }

  private static void require(String name, String where) {
    if (name.isEmpty() || name.length() > LONGEST) {
      throw new InvalidNetworkException(
          where + ": a name has 1 to " + LONGEST + " characters, found " + name.length());
    }
  }
}
