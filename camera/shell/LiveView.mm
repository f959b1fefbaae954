#import "shell/LiveView.h"

#import "shell/Labels.h"
#import "shell/StackScrollView.h"

@implementation LiveView {
  UIStackView* _taskLine;
  UILabel* _task;
  void (^_cancelTask)(void);
  StackScrollView* _panel;
  NSArray<NSLayoutConstraint*>* _portrait;
  NSArray<NSLayoutConstraint*>* _landscape;
}

- (instancetype)initWithUntrained:(BOOL)untrained {
  self = [super initWithFrame:CGRectZero];
  if (self) {
    _preview = [[PreviewView alloc] initWithFrame:CGRectZero];
    _message = [[MessageView alloc] initWithFrame:CGRectZero];
    [self makePanel];
    // In the order in which VoiceOver reads them.
    [self fillWith:_preview];
    [self placePanelBelow:untrained ? [self addBanner] : self.safeAreaLayoutGuide.topAnchor];
    [self fillWith:_message];
  }
  return self;
}

- (void)makePanel {
  _result = [[ResultView alloc] initWithFrame:CGRectZero];
  _task = MakeLabel(UIFontTextStyleHeadline);
  __weak LiveView* weakSelf = self;
  UIButton* cancel = MakeButton([UIButtonConfiguration borderedButtonConfiguration],
                                NSLocalizedString(@"Cancel", nil), ^{
                                  [weakSelf cancelTask];
                                });
  _taskLine = [[UIStackView alloc] initWithArrangedSubviews:@[ _task, cancel ]];
  _taskLine.axis = UILayoutConstraintAxisVertical;
  _taskLine.spacing = 8;
  _taskLine.hidden = YES;
  _panel = [[StackScrollView alloc] initWithViews:@[ _taskLine, _result ]];
  _panel.backgroundColor = [[UIColor systemBackgroundColor] colorWithAlphaComponent:0.85];
}

- (void)add:(UIView*)part {
  part.translatesAutoresizingMaskIntoConstraints = NO;
  [self addSubview:part];
}

- (void)fillWith:(UIView*)part {
  [self add:part];
  [NSLayoutConstraint activateConstraints:@[
    [part.topAnchor constraintEqualToAnchor:self.topAnchor],
    [part.leadingAnchor constraintEqualToAnchor:self.leadingAnchor],
    [part.trailingAnchor constraintEqualToAnchor:self.trailingAnchor],
    [part.bottomAnchor constraintEqualToAnchor:self.bottomAnchor],
  ]];
}

- (NSLayoutYAxisAnchor*)addBanner {
  UILabel* banner = MakeUntrainedBanner();
  [self add:banner];
  [NSLayoutConstraint activateConstraints:@[
    [banner.topAnchor constraintEqualToAnchor:self.safeAreaLayoutGuide.topAnchor],
    [banner.leadingAnchor constraintEqualToAnchor:self.leadingAnchor],
    [banner.trailingAnchor constraintEqualToAnchor:self.trailingAnchor],
  ]];
  return banner.bottomAnchor;
}

- (void)placePanelBelow:(NSLayoutYAxisAnchor*)top {
  [self add:_panel];
  [NSLayoutConstraint activateConstraints:@[
    [_panel.trailingAnchor constraintEqualToAnchor:self.trailingAnchor],
    [_panel.bottomAnchor constraintEqualToAnchor:self.safeAreaLayoutGuide.bottomAnchor],
    [_panel.topAnchor constraintGreaterThanOrEqualToAnchor:top],
  ]];
  _portrait = @[
    [_panel.leadingAnchor constraintEqualToAnchor:self.leadingAnchor],
    [_panel.heightAnchor constraintLessThanOrEqualToAnchor:self.heightAnchor multiplier:0.5],
  ];
  _landscape = @[
    [_panel.widthAnchor constraintEqualToAnchor:self.widthAnchor multiplier:0.45],
  ];
}

- (void)layoutSubviews {
  const BOOL wide = self.bounds.size.width > self.bounds.size.height;
  [NSLayoutConstraint deactivateConstraints:wide ? _portrait : _landscape];
  [NSLayoutConstraint activateConstraints:wide ? _landscape : _portrait];
  [super layoutSubviews];
}

- (void)showTask:(NSString*)task cancel:(void (^)(void))cancel {
  _task.text = task;
  _taskLine.hidden = task == nil;
  _cancelTask = [cancel copy];
}

- (void)cancelTask {
  if (_cancelTask) _cancelTask();
}

@end
