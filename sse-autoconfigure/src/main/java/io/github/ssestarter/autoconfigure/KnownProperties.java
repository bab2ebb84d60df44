package io.github.ssestarter.autoconfigure;

import java.lang.reflect.Method;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * The names of the properties that a class of properties has, and those that are like a
 * name that it does not have.
 */
final class KnownProperties {

	/** As many edits at most make a name another one. */
	private static final int MAX_DISTANCE = 3;

	private static final int MAX_SUGGESTIONS = 3;

	private static final Pattern GETTER = Pattern.compile("(?:get|is)([A-Z].*)");

	private static final Pattern INDEX = Pattern.compile("\\[[^\\]]*]");

	/**
	 * Names as one writes them, with {@code []} for any index, by their form without
	 * dashes, capitals and underscores.
	 */
	private final Map<String, String> names = new TreeMap<>();

	/** What other names begin with. */
	private final Set<String> groups = new TreeSet<>();

	/** Below these any name will do. */
	private final Set<String> maps = new TreeSet<>();

	private KnownProperties() {
	}

	static KnownProperties of(String prefix, Class<?> type) {
		KnownProperties known = new KnownProperties();
		known.addAll(prefix, type);
		return known;
	}

	private void addAll(String prefix, Class<?> type) {
		this.groups.add(uniform(prefix));
		for (Method method : type.getDeclaredMethods()) {
			Matcher getter = GETTER.matcher(method.getName());
			if (getter.matches() && method.getParameterCount() == 0) {
				add(prefix + "." + DataObjectPropertyName.toDashedForm(StringUtils.uncapitalize(getter.group(1))),
						ResolvableType.forMethodReturnType(method));
			}
		}
	}

	private void add(String name, ResolvableType type) {
		Class<?> raw = type.toClass();
		if (Iterable.class.isAssignableFrom(raw)) {
			this.names.put(uniform(name), name);
			add(name + "[]", type.asCollection().getGeneric());
		}
		else if (Map.class.isAssignableFrom(raw)) {
			this.names.put(uniform(name), name);
			this.maps.add(uniform(name));
		}
		else if (isGroup(raw)) {
			addAll(name, raw);
		}
		else {
			this.names.put(uniform(name), name);
		}
	}

	private static boolean isGroup(Class<?> type) {
		return !type.isEnum()
				&& ClassUtils.getPackageName(type).equals(ClassUtils.getPackageName(KnownProperties.class));
	}

	boolean contains(ConfigurationPropertyName name) {
		String uniform = uniform(name);
		return this.names.containsKey(uniform) || this.groups.contains(uniform)
				|| this.maps.stream().anyMatch((map) -> uniform.startsWith(map + ".") || uniform.startsWith(map + "["));
	}

	/**
	 * The names that a wrong one was most likely meant to be: the closest, or else those
	 * that are called the same elsewhere.
	 */
	List<String> suggestions(ConfigurationPropertyName name) {
		String wrong = uniform(name);
		int limit = Math.min(MAX_DISTANCE, (wrong.length() - wrong.indexOf('.') - 1) / 3);
		return this.names.keySet()
			.stream()
			.filter((known) -> distance(wrong, known) <= limit)
			.min(Comparator.comparingInt((known) -> distance(wrong, known)))
			.map(List::of)
			.orElseGet(() -> this.names.keySet()
				.stream()
				.filter((known) -> lastElement(known).equals(lastElement(wrong)))
				.limit(MAX_SUGGESTIONS)
				.toList())
			.stream()
			.map((known) -> withIndexes(this.names.getOrDefault(known, known), name.toString()))
			.toList();
	}

	/** Puts the indexes of the wrong name into the right one. */
	private static String withIndexes(String known, String wrong) {
		List<String> indexes = INDEX.matcher(wrong).results().map((match) -> match.group()).toList();
		String name = known;
		for (String index : indexes) {
			name = name.replaceFirst("\\[]", index);
		}
		return name.replace("[]", "[0]");
	}

	private static String lastElement(String uniform) {
		return uniform.substring(uniform.lastIndexOf('.') + 1);
	}

	private static String uniform(String name) {
		return name.replace("-", "");
	}

	private static String uniform(ConfigurationPropertyName name) {
		StringBuilder uniform = new StringBuilder();
		for (int i = 0; i < name.getNumberOfElements(); i++) {
			if (name.isNumericIndex(i)) {
				uniform.append("[]");
			}
			else {
				uniform.append((i > 0) ? "." : "").append(name.getElement(i, Form.UNIFORM));
			}
		}
		return uniform.toString();
	}

	/** How many characters have to be added, taken away or changed. */
	private static int distance(String left, String right) {
		int[] before = new int[right.length() + 1];
		for (int j = 0; j < before.length; j++) {
			before[j] = j;
		}
		for (int i = 1; i <= left.length(); i++) {
			int[] row = new int[before.length];
			row[0] = i;
			for (int j = 1; j < row.length; j++) {
				int changed = before[j - 1] + ((left.charAt(i - 1) != right.charAt(j - 1)) ? 1 : 0);
				row[j] = Math.min(changed, Math.min(before[j], row[j - 1]) + 1);
			}
			before = row;
		}
		return before[right.length()];
	}

}
