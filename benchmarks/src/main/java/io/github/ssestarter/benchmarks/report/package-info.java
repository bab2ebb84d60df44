/**
 * What a run has found, as table, JSON and chart.
 */
@NullMarked
package io.github.ssestarter.benchmarks.report;

import org.jspecify.annotations.NullMarked;
