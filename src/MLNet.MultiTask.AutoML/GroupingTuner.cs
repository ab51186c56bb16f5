using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;

namespace MLNet.MultiTask.AutoML;

/// <summary>Proposes what the sweep would try next.</summary>
internal sealed class GroupingTuner(TrialRelay relay) : ITuner
{
    public Parameter Propose(TrialSettings settings) => relay.Next();

    public void Update(TrialResult result) => relay.Advance();
}
