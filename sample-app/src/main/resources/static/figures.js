/** Figures that change as one looks: market.html, operations.html and nodes.html. */

import { element } from './page.js';

/** Makes a list of figures, and returns what shows their values, in the order of the names. */
export function showFigures(id, names) {
	const values = names.map((name) => {
		const figure = document.createElement('div');
		const title = document.createElement('dt');
		const value = document.createElement('dd');
		title.textContent = name;
		value.textContent = '–';
		figure.append(title, value);
		element(id).append(figure);
		return value;
	});
	return (...all) => all.forEach((value, i) => values[i].textContent = value.toLocaleString('en'));
}

/** Makes a table of two columns, and returns what shows its rows: names, each with a number. */
export function showCounts(id) {
	return (counts) => element(id).replaceChildren(...Object.entries(counts).map(([name, count]) => {
		const row = document.createElement('tr');
		const title = document.createElement('th');
		title.scope = 'row';
		title.textContent = name;
		row.append(title);
		row.insertCell().textContent = count.toLocaleString('en');
		return row;
	}));
}

/** Makes a chart of the last minutes, and returns what adds a point at a time, in seconds: a value, or one for each color. */
export function showChart(id, colors) {
	const seconds = 120;
	const style = getComputedStyle(document.documentElement);
	const color = (name) => () => style.getPropertyValue(name);
	const axis = { stroke: color('--soft'), grid: { stroke: color('--line'), width: 1 }, ticks: { show: false }, font: '11px system-ui' };
	const { clientWidth: width, clientHeight: height } = element(id);
	const data = [[], ...colors.map(() => [])];
	const chart = new uPlot({
		width,
		height,
		legend: { show: false },
		cursor: { show: false },
		scales: { x: { range: (_, first, last) => [last - seconds, last] }, y: { range: (_, least, most) => [0, Math.max(most * 1.1, 1)] } },
		axes: [
			{ ...axis, size: 24, values: (_, times) => times.map((time) => new Date(time * 1000).toLocaleTimeString('en-GB')), space: 70 },
			{ ...axis, size: 46, space: 30, values: (_, all) => all.map((value) => value.toLocaleString('en')) }
		],
		series: [{}, ...colors.map((name) => ({ stroke: color(name), width: 2, points: { show: false } }))]
	}, data, element(id));
	new ResizeObserver(([{ contentRect }]) => chart.setSize(contentRect)).observe(element(id));
	return (time, ...values) => {
		[time, ...values].forEach((value, i) => data[i].push(value));
		if (data[0].length > seconds) {
			data.forEach((all) => all.shift());
		}
		chart.setData(data);
	};
}
