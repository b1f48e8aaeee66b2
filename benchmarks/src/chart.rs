//! Line charts as SVG, both axes logarithmic.

use std::fmt::Write;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 60.0;
const RIGHT: f64 = 150.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 50.0;

/// Told apart by people who see few colours as well.
const COLOURS: [&str; 6] = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9",
];

/// A name and its points.
pub type Line = (&'static str, Vec<(f64, f64)>);

/// Draws some lines.
pub fn draw(title: &str, across: &str, upwards: &str, lines: &[Line]) -> String {
    let points = || lines.iter().flat_map(|(_, points)| points);
    let (columns, rows) = (
        Axis::over(points().map(|point| point.0), LEFT, WIDTH - RIGHT),
        Axis::over(points().map(|point| point.1), HEIGHT - BOTTOM, TOP),
    );
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <title>{title}</title>\n<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n\
         <text x=\"{LEFT}\" y=\"22\" font-size=\"14\">{title}</text>\n"
    );
    let (bottom, right) = (HEIGHT - BOTTOM, WIDTH - RIGHT);
    for (value, x) in columns.ticks() {
        let _ = writeln!(
            svg,
            "<path d=\"M{x:.1} {TOP}V{bottom}\" stroke=\"#ddd\"/>\
             <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            bottom + 18.0,
            label(value)
        );
    }
    for (value, y) in rows.ticks() {
        let _ = writeln!(
            svg,
            "<path d=\"M{LEFT} {y:.1}H{right}\" stroke=\"#ddd\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 6.0,
            y + 4.0,
            label(value)
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{across}</text>\n\
         <text transform=\"translate(16 {:.1}) rotate(-90)\" text-anchor=\"middle\">{upwards}</text>",
        f64::midpoint(LEFT, right),
        HEIGHT - 12.0,
        f64::midpoint(TOP, bottom)
    );
    let mut label_at = Vec::new();
    for ((name, points), colour) in lines.iter().zip(COLOURS.iter().cycle()) {
        let placed = points
            .iter()
            .map(|(x, y)| (columns.place(*x), rows.place(*y)));
        let placed: Vec<(f64, f64)> = placed.collect();
        let path: Vec<String> = placed
            .iter()
            .map(|(x, y)| format!("{x:.1},{y:.1}"))
            .collect();
        let _ = writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            path.join(" ")
        );
        if let Some(end) = placed.last() {
            label_at.push((end.1, *name, *colour));
        }
    }
    for (y, name, colour) in spread(label_at) {
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"{colour}\">{name}</text>",
            right + 6.0,
            y + 4.0
        );
    }
    svg.push_str("</svg>\n");
    svg
}

/// Moves labels apart that would stand on each other.
fn spread(
    mut labels: Vec<(f64, &'static str, &'static str)>,
) -> Vec<(f64, &'static str, &'static str)> {
    labels.sort_by(|one, other| one.0.total_cmp(&other.0));
    for next in 1..labels.len() {
        labels[next].0 = labels[next].0.max(labels[next - 1].0 + 14.0);
    }
    labels
}

fn label(value: f64) -> String {
    match value {
        1000.0.. => format!("{},000", value / 1000.0),
        _ => value.to_string(),
    }
}

/// A logarithmic scale between two places.
struct Axis {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Axis {
    fn over(values: impl Iterator<Item = f64> + Clone, from: f64, to: f64) -> Self {
        let low = values.clone().fold(f64::INFINITY, f64::min);
        let high = values.fold(0.0, f64::max);
        Self {
            low: low.log10().floor(),
            high: high.log10().ceil().max(low.log10().floor() + 1.0),
            from,
            to,
        }
    }

    fn place(&self, value: f64) -> f64 {
        self.from + (self.to - self.from) * (value.log10() - self.low) / (self.high - self.low)
    }

    /// Powers of ten.
    fn ticks(&self) -> impl Iterator<Item = (f64, f64)> {
        let mut power = self.low;
        std::iter::from_fn(move || {
            let value = 10_f64.powf(power);
            power += 1.0;
            (power - 1.0 <= self.high).then(|| (value, self.place(value)))
        })
    }
}
