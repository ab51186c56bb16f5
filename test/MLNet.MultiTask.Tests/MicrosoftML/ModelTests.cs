using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNet.MultiTask.Tests.MicrosoftML;

[TestClass]
public sealed class ModelTests
{
    private const string Contract = "MLNet.MultiTask.Tests.Times";

    private readonly MLContext _context = new(seed: 1);
    private readonly string _file = Path.GetTempFileName();

    [TestCleanup]
    public void Delete() => File.Delete(_file);

    [TestMethod]
    public void SaveAndLoad_EveryTransform_GivesSchemaAndValuesAgain()
    {
        IDataView people = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 9).Select(i => new Person
        {
            Name = $"n{i % 3}",
            Age = i,
            Height = i == 4 ? double.NaN : i,
            Scores = [i, -i, 1],
            Adult = i > 3,
            Group = (uint)(i % 4),
        }).ToArray());
        ITransformer model = _context.Transforms.ReplaceMissingValues("Height", replacementMode:
                MissingValueReplacingEstimator.ReplacementMode.Mean)
            .Append(_context.Transforms.Conversion.ConvertType([new("Height"), new("Years"), new("Adult")]))
            .Append(_context.Transforms.Categorical.OneHotEncoding("Code", "Name"))
            .Append(_context.Transforms.Conversion.MapValueToKey("Key", "Name"))
            .Append(_context.Transforms.Conversion.MapKeyToValue("Back", "Key"))
            .Append(
                _context.Transforms.Conversion.MapValue("Number", new Dictionary<string, int> { ["n1"] = 11 }, "Name"))
            .Append(_context.Transforms.Concatenate("Features", "Height", "Years", "Adult", "Scores", "Code"))
            .Append(_context.Transforms.NormalizeMeanVariance("Features"))
            .Append(_context.Transforms.NormalizeMinMax("Scores", fixZero: false))
            .Append(_context.Transforms.CopyColumns("Copy", "Features"))
            .Append(_context.Transforms.DropColumns("Group"))
            .Fit(people);

        _context.Model.Save(model, people.Schema, _file);
        ITransformer loaded = new MLContext().Model.Load(_file, out DataViewSchema schema);

        CollectionAssert.AreEqual(Texts(people.Schema), Texts(schema));
        CollectionAssert.AreEqual(Texts(model.GetOutputSchema(people.Schema)), Texts(loaded.GetOutputSchema(schema)));
        foreach (string column in new[] { "Features", "Copy", "Scores", "Code" })
        {
            CollectionAssert.AreEqual(Flat(model, people, column), Flat(loaded, people, column), column);
        }

        CollectionAssert.AreEqual(
            model.Transform(people).GetColumn<string>("Back").ToArray(),
            loaded.Transform(people).GetColumn<string>("Back").ToArray());
        CollectionAssert.AreEqual(
            new[] { 0, 11, 0 }, loaded.Transform(people).GetColumn<int>("Number").Take(3).ToArray());
    }

    [TestMethod]
    public void Load_InAnotherProcess_FindsTheContractOfACustomMapping()
    {
        Save(new DelegatingTransformer(Chain(factor: 3)));

        CollectionAssert.AreEqual(new[] { "6", "-1.5" }, RunInAnotherProcess("2", "-0.5"));
    }

    [TestMethod]
    public void Save_TransformerThatWritesNothing_SaysSo()
    {
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(
            () => Save(new DelegatingTransformer(Chain(factor: 1)) { WritesNothing = true }));

        StringAssert.Contains(error.Message, "ModelSignature not specified!");
    }

    [TestMethod]
    public void Save_MappingWithoutContract_Throws()
        => Assert.ThrowsExactly<InvalidOperationException>(() => Save(
            _context.Transforms.CustomMapping<Measured, Doubled>((x, y) => y.Result = x.Value, null).Fit(Data())));

    [TestMethod]
    public void Predict_Chain_MapsOneObjectAtATime()
    {
        ITransformer model = Chain(factor: 4);
        using PredictionEngine<Measured, Doubled> engine =
            _context.Model.CreatePredictionEngine<Measured, Doubled>(model);

        Assert.AreEqual(8, engine.Predict(new Measured { Value = 2 }).Result);
        Assert.AreEqual(12, engine.Predict(new Measured { Value = 3 }).Result);
        Assert.IsNotNull(engine.OutputSchema.GetColumnOrNull("Result"));
    }

    [TestMethod]
    public void CreatePredictionEngine_NotARowMapper_IsRefused()
        => Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _context.Model.CreatePredictionEngine<Measured, Doubled>(
            new DelegatingTransformer(Chain(factor: 1)) { MapsRows = false }));

    /// <summary>The state of a model travels as the value of a constant key through a value map, as text.</summary>
    private ITransformer Chain(int factor)
    {
        IDataView data = Data();
        return _context.Transforms.CustomMapping<NoColumns, Constant>((_, c) => c.One = 1, ConstantFactory.Contract)
            .Append(_context.Transforms.Conversion.MapValue(
                "State", new Dictionary<int, string> { [1] = $"{factor}" }, "One"))
            .Append(_context.Transforms.CustomMapping(new TimesFactory().GetMapping(), Contract))
            .Append(_context.Transforms.DropColumns("One", "State"))
            .Fit(data);
    }

    private IDataView Data() => _context.Data.LoadFromEnumerable<Measured>([new() { Value = 1 }]);

    private void Save(ITransformer model) => _context.Model.Save(model, Data().Schema, _file);

    private static string[] Texts(DataViewSchema schema) => schema.Select(c => c.ToString()).ToArray();

    private static float[] Flat(ITransformer model, IDataView data, string column)
        => model.Transform(data).GetColumn<float[]>(column).SelectMany(row => row).ToArray();

    private string[] RunInAnotherProcess(params string[] values)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in values.Prepend(_file).Prepend(typeof(ModelTests).Assembly.Location))
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, errors.Result);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    internal sealed class Constant
    {
        public int One { get; set; }
    }

    internal sealed class WithState
    {
        public float Value { get; set; }

        public string State { get; set; } = "";
    }

    [CustomMappingFactoryAttribute(Contract)]
    internal sealed class ConstantFactory : CustomMappingFactory<NoColumns, Constant>
    {
        public const string Contract = "MLNet.MultiTask.Tests.One";

        public override Action<NoColumns, Constant> GetMapping() => (_, constant) => constant.One = 1;
    }

    [CustomMappingFactoryAttribute(ModelTests.Contract)]
    internal sealed class TimesFactory : CustomMappingFactory<WithState, Doubled>
    {
        public override Action<WithState, Doubled> GetMapping()
            => (input, output) => output.Result = input.Value * int.Parse(
                input.State, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>A transformer of our own that is saved as a chain of built-in ones.</summary>
    private sealed class DelegatingTransformer(ITransformer chain) : ITransformer
    {
        public bool WritesNothing { get; init; }

        public bool MapsRows { get; init; } = true;

        public bool IsRowToRowMapper => MapsRows;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => chain.GetOutputSchema(inputSchema);

        public IDataView Transform(IDataView input) => chain.Transform(input);

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => chain.GetRowToRowMapper(inputSchema);

        public void Save(ModelSaveContext ctx)
        {
            if (!WritesNothing)
                chain.Save(ctx);
        }
    }
}
