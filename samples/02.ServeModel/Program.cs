// How do I serve a model to many callers at once, and replace its file while it runs?
using MLNet.MultiTask.Samples.ServeModel;

string file = args.Length > 0 ? args[0] : Path.Combine("artifacts", "serve", "digits.mtsk");
string url = args.Length > 1 ? args[1] : "http://127.0.0.1:5080";
if (!File.Exists(file))
    DigitModel.Train(file, rows: 600, epochs: 60);

await using WebApplication app = DigitService.Build(file, url);
Console.WriteLine($"Serving {file} at {url}: POST /predict with {{\"pixels\": [64 numbers]}}, GET /model. " +
    "Replace the file whenever you like.");
await app.RunAsync();
