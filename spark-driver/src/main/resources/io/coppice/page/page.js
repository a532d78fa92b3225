(function () {
  'use strict';
  const page = JSON.parse(document.getElementById('figures').textContent);
  const curves = page.curves;
  const root = document.documentElement;
  // By Okabe and Ito: told apart also by those who see few colours.
  const palettes = {
    light: {
      text: '#1d2420', soft: '#5b665f', line: '#dde2dd', card: '#ffffff', pale: '#d5dcd7',
      blue: '#0072b2', orange: '#d55e00', green: '#00825f', sky: '#56b4e9', yellow: '#d69a00', pink: '#b8588f'
    },
    dark: {
      text: '#e6ebe7', soft: '#9fada5', line: '#323b36', card: '#1b211e', pale: '#3a443f',
      blue: '#5aaee6', orange: '#ff8f4a', green: '#3fc799', sky: '#9bd3f5', yellow: '#f0c34a', pink: '#e39ac5'
    }
  };
  // From surely removed to surely kept; the undecided ones are grey.
  const tenths = {
    light: ['#8c3d00', '#c4691f', '#e3a06a', '#eccaaa', '#e3dcd4', '#d4dde3', '#aacbe4', '#6aa9d8', '#2b7fbd', '#00507f'],
    dark: ['#ff9d5c', '#d9783a', '#a8602f', '#7a4f33', '#55493f', '#414d56', '#34617f', '#3b83b3', '#57a5dc', '#9bd3f5']
  };

  // A page that loads itself again is to look as it did; where the storage is closed, the address keeps it.
  const kept = new URLSearchParams(location.hash.slice(1));
  function recall(key) {
    try { return sessionStorage.getItem('coppice.' + key) || kept.get(key); } catch (e) { return kept.get(key); }
  }
  function remember(key, value) {
    kept.set(key, value);
    try { sessionStorage.setItem('coppice.' + key, value); } catch (e) {
      try { history.replaceState(null, '', '#' + kept); } catch (ignored) { location.hash = kept; }
    }
  }

  const systemDark = matchMedia('(prefers-color-scheme: dark)');
  let chosen = recall('theme');
  let byTime = recall('axis') === 'time';
  let printing = false;
  if (chosen) { root.dataset.theme = chosen; }
  function theme() { return printing ? 'light' : chosen || (systemDark.matches ? 'dark' : 'light'); }

  function number(value, digits) {
    return value.toLocaleString('en', { maximumFractionDigits: digits === undefined ? 3 : digits });
  }
  function percent(value) { return number(value, Math.abs(value) < 1 ? 2 : 1) + ' %'; }
  function duration(seconds) {
    return seconds < 120 ? number(seconds, 1) + ' s'
      : seconds < 7200 ? number(seconds / 60, 1) + ' min' : number(seconds / 3600, 1) + ' h';
  }
  const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  function escaped(text) { return String(text).replace(/[&<>"']/g, function (c) { return escapes[c]; }); }

  const narrow = function () { return innerWidth < 560; };

  // Time in the unit that fits all of it.
  const unit = curves.seconds < 120 ? [1, 's'] : curves.seconds < 7200 ? [60, 'min'] : [3600, 'h'];
  function ofRound(point) { return byTime ? point.elapsedSeconds / unit[0] : point.at; }
  function ofEpoch(point) { return byTime ? point.seconds / unit[0] : point.at; }
  function along(points, position, value) {
    return points.filter(function (p) { return value(p) !== null && value(p) !== undefined; })
      .map(function (p) { return [position(p), value(p)]; });
  }
  const rounds = function (value) { return along(curves.rounds, ofRound, value); };
  const epochs = function (value) { return along(curves.epochs, ofEpoch, value); };
  // The mean over an epoch stands in its middle.
  function middle(point) {
    const before = curves.epochs[curves.epochs.indexOf(point) - 1] || { at: 0, seconds: 0 };
    const half = .5 / (point.at - before.at);
    return byTime ? (point.seconds - half * (point.seconds - before.seconds)) / unit[0] : point.at - .5;
  }
  const means = function (value) { return along(curves.epochs, middle, value); };
  function end() { return byTime ? curves.seconds / unit[0] : Math.max.apply(null, curves.rounds.map(ofRound)); }

  function base(colours) {
    return {
      animation: false,
      textStyle: { fontFamily: 'system-ui, sans-serif', color: colours.soft },
      tooltip: {
        trigger: 'axis', confine: true, backgroundColor: colours.card, borderColor: colours.line,
        textStyle: { color: colours.text, fontSize: 12 }
      },
      legend: {
        top: 0, left: 0, right: 0, icon: 'roundRect', itemWidth: 14, itemHeight: 8,
        textStyle: { color: colours.soft }, inactiveColor: colours.line
      },
      grid: { left: 8, right: 24, top: 58, bottom: 30, containLabel: true }
    };
  }
  // As many lines as the legend takes, so that it lies above the chart.
  function belowLegend(option, width) {
    let lines = 1;
    let left = width;
    option.series.forEach(function (series) {
      const needed = 36 + 6.6 * series.name.length;
      if (needed > left && left < width) { lines++; left = width; }
      left -= needed;
    });
    option.grid.top += 20 * (lines - 1);
  }
  function axis(colours, more) {
    return Object.assign({
      axisLine: { lineStyle: { color: colours.line } },
      axisTick: { show: false },
      axisLabel: { color: colours.soft, hideOverlap: true },
      nameTextStyle: { color: colours.soft },
      splitLine: { lineStyle: { color: colours.line, opacity: .6 } }
    }, more);
  }
  function course(colours) {
    return axis(colours, {
      type: 'value', min: 0, max: Number(end().toPrecision(3)), name: byTime ? unit[1] : 'epochs', nameLocation: 'middle', nameGap: 24,
      splitLine: { show: false },
      axisPointer: {
        label: { show: false }
      }
    });
  }
  function coursed(colours, format, series) {
    const option = base(colours);
    option.tooltip.formatter = function (items) {
      const at = items.length ? items[0].axisValue : 0;
      const head = byTime ? number(at, 1) + ' ' + unit[1] : 'epoch ' + number(at, 2);
      return head + items.map(function (item) {
        return '<br>' + item.marker + escaped(item.seriesName) + ' <b>' + format(item.value[1]) + '</b>';
      }).join('');
    };
    option.xAxis = course(colours);
    const turn = curves.epochs.filter(function (p) { return p.phase === 'train'; }).pop();
    if (curves.firstFineTuning >= 0 && turn && series.length) {
      series[0].markLine = {
        silent: true, symbol: 'none', lineStyle: { color: colours.soft, type: 'dashed' },
        label: { formatter: 'fine-tuning', color: colours.soft, position: 'end', distance: 2, fontSize: 11 },
        data: [{ xAxis: ofEpoch(turn) }]
      };
    }
    option.series = series;
    return option;
  }
  function line(name, colour, data, more) {
    return Object.assign({
      type: 'line', name: name, data: data, color: colour, showSymbol: data.length < 2, symbolSize: 6,
      lineStyle: { width: 2, color: colour }, emphasis: { disabled: true }
    }, more);
  }
  function marked(symbol) { return { showSymbol: true, symbol: symbol, symbolSize: 7 }; }
  function test(colours, value) {
    return {
      type: 'scatter', name: 'test, at the end', data: [[end(), value]], color: colours.orange,
      symbol: 'diamond', symbolSize: 15, z: 5
    };
  }

  const charts = {
    judgement: function (colours) {
      const rival = page.judgement.rival;
      const parts = [
        ['both right', rival.bothRight, colours.pale], ['the new one alone', rival.onlyNewRight, colours.green],
        ['version ' + rival.version + ' alone', rival.onlyRivalRight, colours.orange], ['neither', rival.neitherRight, colours.soft]
      ];
      const option = base(colours);
      option.tooltip.axisPointer = { type: 'none' };
      option.tooltip.formatter = function (items) {
        return 'Images classified right by' + items.map(function (item) {
          return '<br>' + item.marker + escaped(item.seriesName) + ' <b>' + number(item.value, 0) + '</b>';
        }).join('');
      };
      option.grid = { left: 8, right: 24, top: 34, bottom: 36, containLabel: true };
      option.xAxis = axis(colours, { type: 'value', min: 0, max: page.judgement.images, name: 'images', nameLocation: 'middle', nameGap: 24 });
      option.yAxis = { type: 'category', data: ['right'], show: false };
      option.series = parts.map(function (part) {
        return { type: 'bar', stack: 'images', name: part[0], color: part[2], data: [part[1]], barWidth: 34, emphasis: { disabled: true } };
      });
      return option;
    },
    loss: function (colours) {
      const series = [
        line('rounds', colours.sky, rounds(function (p) { return p.loss; }), { lineStyle: { width: 1, color: colours.sky } }),
        line('training, mean of an epoch', colours.blue, means(function (p) { return p.loss; }), marked('circle'))
      ];
      if (page.summary && page.summary.testLoss !== null) { series.push(test(colours, page.summary.testLoss)); }
      const option = coursed(colours, function (v) { return number(v) + ' nats'; }, series);
      option.yAxis = axis(colours, { type: 'value', name: 'nats', min: 0, nameTextStyle: { align: 'left', color: colours.soft } });
      return option;
    },
    accuracy: function (colours) {
      const series = [
        line('rounds', colours.sky, rounds(function (p) { return 100 * p.accuracy; }), { lineStyle: { width: 1, color: colours.sky } }),
        line('training, mean of an epoch', colours.blue, means(function (p) { return 100 * p.accuracy; }), marked('circle')),
        line('held back, after an epoch', colours.green, epochs(function (p) { return 100 * p.heldBackAccuracy; }),
          Object.assign(marked('triangle'), { lineStyle: { width: 2, color: colours.green, type: 'dashed' } }))
      ];
      if (page.summary && page.summary.testAccuracy !== null) { series.push(test(colours, 100 * page.summary.testAccuracy)); }
      const option = coursed(colours, percent, series);
      option.yAxis = axis(colours, { type: 'value', name: '% right', min: 0, max: 100, nameTextStyle: { align: 'left', color: colours.soft } });
      return option;
    },
    remaining: function (colours) {
      const flops = rounds(function (p) { return 100 * p.flopsRatio; });
      const series = [line('FLOPs', colours.blue, flops, { step: 'end' })];
      if (curves.epochs.some(function (p) { return p.probabilities; })) {
        series.push(line('FLOPs by the probabilities', colours.sky, rounds(function (p) { return 100 * p.expectedFlopsRatio; }),
          { lineStyle: { width: 2, color: colours.sky, type: 'dotted' } }));
      }
      if (page.denseParameters) {
        series.push(line('parameters', colours.orange, rounds(function (p) { return 25 * p.compactBytes / page.denseParameters; }),
          { step: 'end', lineStyle: { width: 2, color: colours.orange, type: 'dashed' } }));
      }
      const budgets = curves.epochs.filter(function (p) { return p.budget; });
      const budget = budgets.length ? budgets[budgets.length - 1].budget : null;
      if (budget && (budget.cost === 'TIME' || budget.cost === 'CHANNELS')) {
        series.push(line(budget.cost === 'TIME' ? 'time of a round' : 'channels', colours.green,
          along(budgets, ofEpoch, function (p) { return 100 * p.budget.kept / p.budget.dense; }), marked('triangle')));
      }
      if (budget && budget.limit < budget.dense) {
        series.push(line('budget', colours.soft, [[0, 100 * budget.limit / budget.dense], [end(), 100 * budget.limit / budget.dense]],
          { symbol: 'none', showSymbol: false, lineStyle: { width: 1, color: colours.soft, type: 'dashed' } }));
      }
      const option = coursed(colours, percent, series);
      option.yAxis = axis(colours, { type: 'value', name: '% of the dense network', nameTextStyle: { align: 'left', color: colours.soft }, min: 0, max: 100 });
      return option;
    },
    network: function (colours) {
      const layers = page.structure.layers;
      const groups = page.structure.groups;
      const hues = [colours.orange, colours.green, colours.pink, colours.yellow, colours.sky];
      const hueOf = {};
      let tied = 0;
      groups.forEach(function (group, i) {
        hueOf[i] = group.layers.length > 1 ? hues[tied++ % hues.length] : colours.blue;
      });
      function hue(layer) { return layer.group < 0 ? colours.soft : hueOf[layer.group]; }
      function half(sign, value, colour) {
        return layers.map(function (layer) {
          return { value: sign * value(layer) / 2, itemStyle: { color: colour(layer), borderRadius: sign > 0 ? [2, 2, 0, 0] : [0, 0, 2, 2] } };
        });
      }
      function bars(name, stack, sign, value, colour, z) {
        return { type: 'bar', name: name, stack: stack, xAxisIndex: 0, barGap: '-100%', barCategoryGap: layers.length > 80 ? '5%' : '18%',
          data: half(sign, value, colour), z: z, emphasis: { disabled: true } };
      }
      const dense = function (layer) { return layer.channels; };
      const keptOf = function (layer) { return layer.kept === null ? 0 : layer.kept; };
      const pale = function () { return colours.pale; };
      const option = base(colours);
      delete option.legend;
      option.grid = { left: 4, right: 4, top: 8, bottom: 8, containLabel: true };
      option.tooltip.axisPointer = { type: 'shadow' };
      option.tooltip.formatter = function (items) {
        const layer = layers[items[0].dataIndex];
        const group = layer.group < 0 ? null : groups[layer.group];
        return '<b>' + escaped(layer.name) + '</b><br>' +
          (layer.kept === null ? number(layer.channels) + ' channels'
            : number(layer.kept) + ' of ' + number(layer.channels) + ' channels, ' + percent(100 * layer.kept / layer.channels)) +
          (group && group.layers.length > 1 ? '<br>tied with ' + (group.layers.length - 1) + ' more in ' + escaped(group.name) : '');
      };
      option.xAxis = axis(colours, {
        type: 'category', data: layers.map(function (layer) { return layer.name; }),
        axisLabel: { color: colours.soft, rotate: 55, fontSize: 10, interval: Math.max(0, Math.ceil(layers.length / (narrow() ? 12 : 45)) - 1),
          width: 110, overflow: 'truncate' }
      });
      const most = Math.max.apply(null, layers.map(dense));
      option.yAxis = { type: 'value', show: false, min: -most / 2, max: most / 2 };
      option.series = [
        bars('dense', 'dense', 1, dense, pale, 1), bars('dense', 'dense', -1, dense, pale, 1),
        bars('kept', 'kept', 1, keptOf, hue, 2), bars('kept', 'kept', -1, keptOf, hue, 2)
      ];
      return option;
    },
    probabilities: function (colours) {
      const known = curves.epochs.filter(function (p) { return p.probabilities; });
      const sums = known.map(function (p) { return p.probabilities.reduce(function (a, b) { return a + b; }, 0) || 1; });
      const option = base(colours);
      option.tooltip.axisPointer = { type: 'shadow' };
      option.tooltip.formatter = function (items) {
        return 'epoch ' + known[items[0].dataIndex].at + items.slice().reverse().map(function (item) {
          return '<br>' + item.marker + escaped(item.seriesName) + ' <b>' + percent(item.value) + '</b> of the units';
        }).join('');
      };
      option.xAxis = axis(colours, { type: 'category', data: known.map(function (p) { return p.at; }), name: 'epochs', nameLocation: 'middle', nameGap: 24 });
      option.yAxis = axis(colours, { type: 'value', name: '% of the units', max: 100, nameTextStyle: { align: 'left', color: colours.soft } });
      option.series = tenths[theme()].map(function (colour, tenth) {
        return {
          type: 'bar', stack: 'units', name: tenth * 10 + '–' + (tenth + 1) * 10 + ' %', color: colour, barCategoryGap: '8%',
          emphasis: { disabled: true },
          data: known.map(function (p, i) { return 100 * p.probabilities[tenth] / sums[i]; })
        };
      });
      return option;
    },
    time: function (colours) {
      const parts = [
        ['drawing masks', colours.pink, function (p) { return p.samplingSeconds; }],
        ['sending', colours.yellow, function (p) { return p.broadcastSeconds; }],
        ['decoding images', colours.sky, function (p) { return p.decodeSeconds; }],
        ['computing', colours.blue, function (p) { return p.computeSeconds - p.decodeSeconds; }],
        ['Spark and results', colours.orange, function (p) { return p.reduceSeconds; }],
        ['updating', colours.green, function (p) { return p.updateSeconds; }]
      ].filter(function (part) { return curves.rounds.some(function (p) { return part[2](p) > 0; }); });
      const option = coursed(colours, function (v) { return number(v, 2) + ' ms'; }, parts.map(function (part) {
        return line(part[0], part[1], rounds(function (p) { return 1000 * Math.max(0, part[2](p)); }),
          { stack: 'round', areaStyle: { color: part[1], opacity: .85 }, lineStyle: { width: 0 }, showSymbol: curves.rounds.length < 2 });
      }));
      option.yAxis = axis(colours, { type: 'value', name: 'ms a round', nameTextStyle: { align: 'left', color: colours.soft }, min: 0 });
      return option;
    },
    evidence: function (colours) {
      const groups = page.evidence.groups;
      const names = groups.map(function (g) { return g.group; });
      const option = base(colours);
      delete option.legend;
      option.tooltip.axisPointer = { type: 'shadow' };
      option.tooltip.formatter = function (items) {
        const group = groups[items[0].dataIndex];
        return '<b>' + escaped(group.group) + '</b><br>' + number(group.loss, 5) + ' ± ' + number(group.standardError, 5) + ' nats';
      };
      option.grid = { left: 8, right: 24, top: 8, bottom: 36, containLabel: true };
      option.yAxis = axis(colours, { type: 'category', data: names, inverse: true, splitLine: { show: false },
        axisLabel: { color: colours.soft, fontSize: 11, hideOverlap: true, width: narrow() ? 110 : 220, overflow: 'truncate' } });
      option.xAxis = axis(colours, { type: 'value', name: 'nats that thinning adds', nameLocation: 'middle', nameGap: 24,
        min: Math.min(0, Math.min.apply(null, groups.map(function (g) { return g.loss - g.standardError; }))),
        max: Math.max(0, Math.max.apply(null, groups.map(function (g) { return g.loss + g.standardError; }))),
        axisLabel: { color: colours.soft, hideOverlap: true, showMinLabel: false, showMaxLabel: false, formatter: function (v) { return Number(v.toPrecision(3)); } } });
      option.series = [{
        type: 'bar', barCategoryGap: '30%', emphasis: { disabled: true },
        data: groups.map(function (g) {
          return { value: g.loss, itemStyle: { color: Math.abs(g.loss) > 2 * g.standardError ? colours.blue : colours.sky, borderRadius: 2 } };
        }),
        markLine: {
          silent: true, symbol: ['none', 'none'], label: { show: false }, lineStyle: { color: colours.text, type: 'solid', width: 1.5 },
          data: groups.map(function (g, i) {
            return [{ coord: [g.loss - g.standardError, i] }, { coord: [g.loss + g.standardError, i] }];
          })
        }
      }];
      return option;
    }
  };

  const drawn = [];
  function draw() {
    const colours = palettes[theme()];
    drawn.splice(0).forEach(function (chart) { chart.dispose(); });
    Object.keys(charts).forEach(function (id) {
      const place = document.getElementById('chart-' + id);
      if (!place) { return; }
      if (id === 'judgement') { place.style.height = narrow() ? '170px' : '130px'; }
      if (id === 'evidence') {
        place.style.height = Math.max(160, 60 + page.evidence.groups.length * (page.evidence.groups.length > 60 ? 9 : 20)) + 'px';
      }
      const chart = echarts.init(place, null, printing ? { renderer: 'svg', width: 680, height: id === 'evidence' || id === 'judgement' ? undefined : 210 } : { renderer: 'svg' });
      const option = charts[id](colours);
      if (option.legend) { belowLegend(option, chart.getWidth()); }
      chart.setOption(option);
      drawn.push(chart);
    });
    document.getElementById('by-epoch').setAttribute('aria-pressed', String(!byTime));
    document.getElementById('by-time').setAttribute('aria-pressed', String(byTime));
  }

  document.getElementById('theme').addEventListener('click', function () {
    chosen = theme() === 'dark' ? 'light' : 'dark';
    root.dataset.theme = chosen;
    remember('theme', chosen);
    draw();
  });
  ['epoch', 'time'].forEach(function (name) {
    document.getElementById('by-' + name).addEventListener('click', function () {
      byTime = name === 'time';
      remember('axis', name);
      draw();
    });
  });
  systemDark.addEventListener('change', draw);
  let width = innerWidth;
  addEventListener('resize', function () {
    if (innerWidth !== width && !printing) { width = innerWidth; draw(); }
  });
  addEventListener('beforeprint', function () { printing = true; root.dataset.theme = 'light'; draw(); });
  addEventListener('afterprint', function () {
    printing = false;
    if (chosen) { root.dataset.theme = chosen; } else { delete root.dataset.theme; }
    draw();
  });
  draw();
})();
