using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Featurization;
using MLNet.MultiTask.Schema;

namespace MLNet.MultiTask;

/// <summary>Turns raw columns into the column of features that every trainer of this library takes.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this estimator, use `mlContext.MultiTask().Featurize("Age", "City", …)`.
///
/// ### Input and Output Columns
/// Input: scalar columns of numbers of any type, `Boolean`, `Text` or keys. A column of texts is one of numbers where
/// at least half of its filled cells are numbers, otherwise one of categories; a key counts as the text of its value.
///
/// | Output column | Type | Description |
/// | -- | -- | -- |
/// | `Features` | vector of Single, of known size | per column of numbers one feature: missing values replaced by the
/// median, minus the mean, divided by the standard deviation; per category one feature that is 0 or 1. Slot names are
/// `Age`, `City=Paris` and so on; sparse where most features are 0 |
///
/// ### Estimator Characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes, once |
/// | Required NuGet in addition to Microsoft.ML | MLNet.MultiTask |
/// | Exportable to ONNX | No |
///
/// ### What is said
/// One line in the log says how each column was read; `FeaturizeTransformer.Reading` holds the same. A column of texts
/// in which nearly every row has a value of its own, and numbers in a notation that is not read, are refused by name.
/// All moments are computed in double precision; the unit of a column does not matter.
/// ]]></format>
/// </remarks>
public sealed class FeaturizeEstimator : IEstimator<FeaturizeTransformer>
{
    private readonly MLContext _context;
    private readonly IHost _host;
    private readonly Options _options;

    internal FeaturizeEstimator(MLContext context, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_context, _options) = (context, options);
        _host = ((IHostEnvironment)context).Register("MultiTask.Featurize");
    }

    /// <summary>Options of <see cref="FeaturizeEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The raw columns, in the order of their features.</summary>
        /// <value>At least one; names unique.</value>
        public IReadOnlyList<string> Columns { get; set; } = [];

        /// <summary>The column of features that is added.</summary>
        /// <value>The default value is "Features".</value>
        public string OutputColumnName { get; set; } = "Features";

        /// <summary>
        /// Those of <see cref="Columns"/> that are categories whatever their cells look like, such as numbers that are
        /// codes.
        /// </summary>
        /// <value>The default value is none.</value>
        public IReadOnlyList<string> Categorical { get; set; } = [];

        /// <summary>
        /// Texts that say that a value is not known, in any case of letters, beside the empty text, NaN and the key 0.
        /// </summary>
        /// <value>The default value is NA, N/A, &lt;NA&gt;, NaN, null and ?.</value>
        public IReadOnlyList<string> Missing { get; set; } = Data.CellTexts.UsualMissing;

        /// <summary>
        /// Adds to each column of numbers that has missing values a second feature that says where (1 = missing).
        /// </summary>
        /// <value>The default value is false: missing values are the median.</value>
        public bool MissingIndicators { get; set; }

        /// <summary>Whether texts have a comma before decimals.</summary>
        /// <value>The default value is false: a point.</value>
        public bool DecimalComma { get; set; }

        internal void Validate()
        {
            ArgumentNullException.ThrowIfNull(Columns);
            ArgumentNullException.ThrowIfNull(Categorical);
            ArgumentNullException.ThrowIfNull(Missing);
            ArgumentException.ThrowIfNullOrEmpty(OutputColumnName);
            if (Columns.Count == 0)
                throw new ArgumentException("Featurize needs at least one column", nameof(Columns));
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (string name in Columns)
            {
                ArgumentException.ThrowIfNullOrEmpty(name, nameof(Columns));
                if (!names.Add(name))
                    throw new ArgumentException($"Column '{name}' is given twice", nameof(Columns));
            }
            if (Categorical.FirstOrDefault(c => !names.Contains(c)) is { } other)
                throw new ArgumentException($"Categorical column '{other}' is not one of the columns: " +
                    string.Join(", ", Columns), nameof(Categorical));
        }
    }

    /// <summary>The input's columns and the features.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Check(inputSchema);
        return SchemaShapes.Add(_context, inputSchema,
            [FeaturizeMapping.ColumnOf(_options.OutputColumnName, ["0"], [])]);
    }

    /// <summary>Reads the data once and learns how to encode every column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a wrong type.</exception>
    /// <exception cref="ArgumentException">
    /// There is no row, or columns cannot be read (all of them are named, with the way out).
    /// </exception>
    public FeaturizeTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using IChannel channel = _host.Start("Featurizing");
        Check(SchemaShapes.Of(input));
        FitLog.Hidden(channel, input.Schema, [_options.OutputColumnName]);
        (FeatureEncoder encoder, CellForm[] forms, string[] notes) = RawTableReader.Read(input, _options);
        string[] leftOut = [.. input.Schema.Where(c => !c.IsHidden && !_options.Columns.Contains(c.Name))
            .Select(c => c.Name)];
        var transformer = new FeaturizeTransformer(_context, encoder,
            new CellRules(_options.Missing, _options.DecimalComma), forms, _options.OutputColumnName, leftOut);
        channel.Info(MessageSensitivity.Schema, transformer.Reading.ToString());
        foreach (string note in notes)
            channel.Warning(MessageSensitivity.Schema, note);
        return transformer;
    }

    private void Check(SchemaShape schema)
    {
        HashSet<string> columns = [.. schema.Select(c => c.Name)];
        SchemaErrors.ThrowIfAnyIsMissing(_options.Columns.Select(c => ("feature", c)), columns.Contains);
        foreach (string name in _options.Columns)
        {
            SchemaShape.Column column = schema.Find("feature", name);
            bool fits = column.IsKey || column.ItemType is TextDataViewType or NumberDataViewType
                or BooleanDataViewType;
            if (!fits || column.Kind != SchemaShape.Column.VectorKind.Scalar)
                throw SchemaErrors.Mismatch("feature", name, "a number, Boolean, Text or a key, scalar",
                    column.TypeText());
        }
    }
}
