using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Samples.ServeModel;

/// <summary>One loaded file. A prediction engine is for one thread at a time, so every call borrows one.</summary>
public sealed class ServedModel
{
    private readonly ObjectPool<PredictionEngine<DigitQuestion, DigitAnswer>> _engines;

    private ServedModel(int version, MLContext mlContext, ITransformer model)
    {
        Version = version;
        LoadedAt = DateTimeOffset.UtcNow;
        _engines = new DefaultObjectPoolProvider().Create(new EnginePolicy(mlContext, model));
        Answer(new DigitQuestion { Pixels = new float[64] });   // a model that cannot answer is never served
    }

    public int Version { get; }

    public DateTimeOffset LoadedAt { get; }

    /// <exception cref="ModelFormatException">The file is damaged.</exception>
    public static ServedModel Load(string file, int version)
    {
        var mlContext = new MLContext();
        // The file holds a normaliser of ML.NET, which is loaded by type name: trust only files of your own.
        return new ServedModel(version, mlContext,
            mlContext.MultiTask().Load(file, out _, new() { TrustMicrosoftMLStages = true }));
    }

    public Reply Answer(DigitQuestion question)
    {
        PredictionEngine<DigitQuestion, DigitAnswer> engine = _engines.Get();
        try
        {
            DigitAnswer answer = engine.Predict(question);
            return new Reply(Version, answer.Even, answer.Prime, answer.AtLeastFive);
        }
        finally
        {
            _engines.Return(engine);
        }
    }

    private sealed class EnginePolicy(MLContext mlContext, ITransformer model)
        : PooledObjectPolicy<PredictionEngine<DigitQuestion, DigitAnswer>>
    {
        public override PredictionEngine<DigitQuestion, DigitAnswer> Create() =>
            mlContext.Model.CreatePredictionEngine<DigitQuestion, DigitAnswer>(model);

        public override bool Return(PredictionEngine<DigitQuestion, DigitAnswer> obj) => true;
    }
}
