package io.github.ssestarter.actuate;

/**
 * A topic, or a pattern of topics.
 *
 * @param name its name
 * @param streams how many streams of this node have joined it
 */
record TopicDescriptor(String name, int streams) {
}
