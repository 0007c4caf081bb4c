namespace MedChain.Core.Contracts;

/// <summary>A question to a policy set: may this principal do this action on this resource, in this context?</summary>
public sealed class AuthorizationRequest
{
    /// <summary>Initializes a request.</summary>
    /// <param name="principal">Who asks.</param>
    /// <param name="action">What is asked for.</param>
    /// <param name="resource">On what.</param>
    /// <param name="context">Further facts about the request; none by default.</param>
    /// <exception cref="ArgumentException"><paramref name="context"/> is nested deeper than <see cref="CedarValue.MaxDepth"/>.</exception>
    public AuthorizationRequest(EntityUid principal, EntityUid action, EntityUid resource, RecordValue? context = null)
    {
        PrincipalValue = new EntityValue(principal);
        ActionValue = new EntityValue(action);
        ResourceValue = new EntityValue(resource);
        Context = context ?? RecordValue.Empty;
        if (Context.Depth > CedarValue.MaxDepth)
        {
            throw new ArgumentException($"The context is nested deeper than {CedarValue.MaxDepth}; make it flatter.", nameof(context));
        }
    }

    /// <summary>Gets who asks.</summary>
    public EntityUid Principal => PrincipalValue.Uid;

    /// <summary>Gets what is asked for.</summary>
    public EntityUid Action => ActionValue.Uid;

    /// <summary>Gets on what.</summary>
    public EntityUid Resource => ResourceValue.Uid;

    /// <summary>Gets further facts about the request.</summary>
    public RecordValue Context { get; }

    /// <summary>What the entities of the last store that the request was asked with say about its own entities.</summary>
    private RequestBinding? _binding;

    internal EntityValue PrincipalValue { get; }

    internal EntityValue ActionValue { get; }

    internal EntityValue ResourceValue { get; }

    /// <summary>Looks the request's entities up, once for each store in a row.</summary>
    internal RequestBinding Bind(EntityStore entities)
    {
        RequestBinding? binding = _binding;
        if (binding is null || binding.Entities != entities)
        {
            // Two threads may both do this; either result is right.
            _binding = binding = new RequestBinding(this, entities);
        }

        return binding;
    }
}
