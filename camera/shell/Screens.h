#import <UIKit/UIKit.h>

#import "shell/LiveView.h"
#import "shell/Picture.h"
#import "shell/Services.h"

NS_ASSUME_NONNULL_BEGIN

// The ways from the live screen to the others and back.
@interface Screens : NSObject

// Whether a camera is there to take another view with.
@property(nonatomic) BOOL hasCamera;

- (instancetype)initWithHost:(UIViewController*)host
                        live:(LiveView*)live
                    services:(Services*)services NS_DESIGNATED_INITIALIZER;
- (instancetype)init NS_UNAVAILABLE;

- (void)showHistory;
- (void)showSettings;

// Lets the user pick pictures, and shows what is in them.
- (void)pick;

// Shows a new product, or another view of the one that waits for it.
- (void)showPictures:(NSArray<Picture*>*)pictures;

@end

NS_ASSUME_NONNULL_END
