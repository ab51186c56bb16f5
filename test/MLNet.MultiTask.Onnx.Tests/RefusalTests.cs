using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Onnx.Tests;

[TestClass]
public sealed class RefusalTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void MicrosoftsConvertToOnnx_OurTransformerLast_SaysWhatToCall()
    {
        IDataView data = Sample.View(_context, Sample.Rows(40));
        ITransformer model = _context.Transforms.NormalizeMinMax("Features")
            .Append(_context.MultiTask().Trainers.SharedBottom(Sample.Options())).Fit(data);

        AssertRefused(() => _context.Model.ConvertToOnnx(model, data, new MemoryStream()));
    }

    [TestMethod]
    public void MicrosoftsConvertToOnnx_OurTransformerInTheMiddle_SaysWhatToCall()
    {
        IDataView data = Sample.View(_context, Sample.Rows(40));
        ITransformer model = _context.MultiTask().Trainers.SharedBottom(Sample.Options())
            .Append(_context.Transforms.Concatenate("Both", "Probability.Big", "Score.Amount")).Fit(data);

        AssertRefused(() => _context.Model.ConvertToOnnx(model, data, 12, new MemoryStream()));
    }

    [TestMethod]
    public void ConvertToOnnx_CustomMapping_NamesStageAndColumn()
    {
        IDataView data = Sample.View(_context, Sample.Rows(40));
        ITransformer model = _context.Transforms
            .CustomMapping<Source, Target>((s, t) => t.Twice = [.. s.Features], null)
            .Append(_context.MultiTask().Trainers.SharedBottom(Sample.Options())).Fit(data);

        string message = Assert.ThrowsExactly<NotSupportedException>(() =>
            OnnxComparison.Export(_context, model, data)).Message;

        StringAssert.Contains(message, "Stage 1 of 2 (CustomMappingTransformer`2), which makes column 'Twice', " +
            "cannot be exported to ONNX");
    }

    [TestMethod]
    public void ConvertToOnnx_StageOfSomebodyElse_NamesStageAndColumn()
    {
        IDataView data = Sample.View(_context, Sample.Rows(40));
        ITransformer model = new TransformerChain<ITransformer>(new Foreign(_context),
            _context.MultiTask().Trainers.SharedBottom(Sample.Options()).Fit(data));

        string message = Assert.ThrowsExactly<NotSupportedException>(() =>
            OnnxComparison.Export(_context, model, data)).Message;

        StringAssert.Contains(message, "Stage 1 of 2 (Foreign), which makes column 'Copy'");
    }

    [TestMethod]
    public void ConvertToOnnx_OutputThatIsNone_NamesTheColumns()
    {
        IDataView data = Sample.View(_context, Sample.Rows(40));
        ITransformer model = _context.MultiTask().Trainers.SharedBottom(Sample.Options()).Fit(data);

        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            OnnxComparison.Export(_context, model, data, "Score.Nobody")).Message,
            "The model gives no column 'Score.Nobody'");
    }

    private static void AssertRefused(Action export) => StringAssert.Contains(
        Assert.ThrowsExactly<NotSupportedException>(export).Message,
        "Call mlContext.MultiTask().ConvertToOnnx(model, data, stream)");

    private sealed class Source
    {
        [VectorType(3)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Target
    {
        [VectorType(3)]
        public float[] Twice { get; set; } = [];
    }

    private sealed class Foreign(MLContext context) : ITransformer
    {
        private readonly ITransformer _copy = context.Transforms.CopyColumns("Copy", "Features")
            .Fit(Sample.View(context, Sample.Rows(2)));

        public bool IsRowToRowMapper => true;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _copy.GetOutputSchema(inputSchema);

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) =>
            _copy.GetRowToRowMapper(inputSchema);

        public IDataView Transform(IDataView input) => _copy.Transform(input);

        void ICanSaveModel.Save(ModelSaveContext ctx) => _copy.Save(ctx);
    }
}
