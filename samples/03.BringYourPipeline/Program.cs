// I have a pipeline of ML.NET for text, categories and numbers with gaps, and labels that are often missing. Where does
// multi-task learning go in, and does it come out again as ONNX?
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MLNet.MultiTask;
using MLNet.MultiTask.Samples.BringYourPipeline;

string folder = args.Length > 0 ? args[0] : Path.Combine("artifacts", "reviews");
Directory.CreateDirectory(folder);
var mlContext = new MLContext(seed: 1);
IDataView train = mlContext.Data.LoadFromEnumerable(Review.Make(600, seed: 1));
IDataView test = mlContext.Data.LoadFromEnumerable(Review.Make(300, seed: 2));

// <snippet>
TaskColumn[] tasks = [TaskColumn.Binary("ComesAgain"), TaskColumn.Regression("Tip"), TaskColumn.Multiclass("MoodKey")];

var pipeline = mlContext.Transforms.Text.ProduceWordBags("Words", "Text", ngramLength: 1)
    .Append(mlContext.Transforms.Categorical.OneHotEncoding("CityBits", "City"))
    .Append(mlContext.Transforms.IndicateMissingValues("BillUnknown", "Bill"))
    .Append(mlContext.Transforms.Conversion.ConvertType("BillUnknown"))
    .Append(mlContext.Transforms.ReplaceMissingValues("Bill"))
    .Append(mlContext.Transforms.Concatenate("Features", "Words", "CityBits", "Bill", "BillUnknown", "Guests"))
    .Append(mlContext.Transforms.NormalizeMeanVariance("Features"))
    .Append(mlContext.Transforms.Conversion.MapValueToKey("MoodKey", "Mood"))
    .Append(mlContext.MultiTask().Trainers.SharedBottom(tasks))
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("MoodName", "PredictedLabel.MoodKey"));

ITransformer model = pipeline.Fit(train);
Console.WriteLine(mlContext.MultiTask().Evaluate(model.Transform(test), tasks));

string onnx = Path.Combine(folder, "reviews.onnx");
using (Stream stream = File.Create(onnx))
    mlContext.MultiTask().ConvertToOnnx(model, train, stream);
// </snippet>

// Any program with ONNX Runtime scores it now; the labels are no inputs any more. ML.NET exports word bags for one row
// at a time; graphs without text take any number of rows.
using var session = new InferenceSession(onnx);
Console.WriteLine($"Inputs of the graph: {string.Join(", ", session.InputMetadata.Keys)}");
Review[] reviews = [.. Review.Make(5, seed: 3)];
float[] same = [.. model.Transform(mlContext.Data.LoadFromEnumerable(reviews)).GetColumn<float>("Score.Tip")];
for (int i = 0; i < reviews.Length; i++)
{
    Review review = reviews[i];
    using var outputs = session.Run([Input("Text", review.Text), Input("City", review.City),
        Input("Bill", review.Bill), Input("Guests", review.Guests)]);
    float tip = outputs.Single(o => o.Name == "Score.Tip.output").AsEnumerable<float>().Single();
    string mood = outputs.Single(o => o.Name == "MoodName.output").AsEnumerable<string>().Single();
    Console.WriteLine($"{review.Text} in {review.City}, bill {review.Bill:F0}: tip {tip:F2} " +
        $"(by ML.NET {same[i]:F2}), {mood}");
    if (Math.Abs(tip - same[i]) > 1e-4)
        throw new InvalidOperationException("ONNX Runtime and ML.NET disagree");
}
Console.WriteLine($"Written: {onnx}");

static NamedOnnxValue Input<T>(string name, T value) =>
    NamedOnnxValue.CreateFromTensor(name, new DenseTensor<T>(new[] { value }, [1, 1]));
